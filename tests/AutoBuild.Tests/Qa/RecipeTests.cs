using AutoBuild.Core.Projects;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class RecipeTests
{
    private const string Full = """
        setup:
          - npm ci
          - command: npm run codegen
            timeout: 5m
        qa:
          - name: lint
            command: npm run lint
            timeout: 90
            required: false
          - npm test
        copy: [.env, config/*.local.json]
        cache: node_modules
        generated:
          - paths: [src/api/generated/**]
            command: npm run codegen
        env:
          NODE_ENV: test
          LEVEL: 3
        ports: [PORT, API_PORT]
        teardown: docker compose down
        agent: { name: claude-code, model: opus }
        protected: [.github/workflows]
        landing: pull_request
        """;

    [Fact]
    public void Reads_every_key()
    {
        var recipe = Recipe.Parse(Full).OrThrow();

        Assert.Equal([new("npm ci"), new("npm run codegen", 300)], recipe.Setup);
        Assert.Equal([new() { Name = "lint", Command = "npm run lint", TimeoutSeconds = 90, Required = false }, new() { Name = "npm test", Command = "npm test" }], recipe.Qa!);
        Assert.Equal([".env", "config/*.local.json"], recipe.Copy);
        Assert.Equal(["node_modules"], recipe.Cache);
        var generated = Assert.Single(recipe.Generated);
        Assert.Equal(("src/api/generated/**", "npm run codegen"), (Assert.Single(generated.Paths), generated.Command));
        Assert.Equal([("LEVEL", "3"), ("NODE_ENV", "test")], recipe.Env.Select(entry => (entry.Key, entry.Value)).Order());
        Assert.Equal(["PORT", "API_PORT"], recipe.Ports);
        Assert.Equal([new("docker compose down")], recipe.Teardown);
        Assert.Equal(new RecipeAgent { Name = "claude-code", Model = "opus" }, recipe.Agent);
        Assert.Equal([".github/workflows"], recipe.Protected);
        Assert.Equal(LandingPolicy.PullRequest, recipe.Landing);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("setup:\n")]
    public void Nothing_is_a_recipe_that_leaves_checks_to_detection(string yaml) => Assert.Null(Recipe.Parse(yaml).OrThrow().Qa);

    [Fact]
    public void An_empty_list_asks_for_no_checks() => Assert.Empty(Recipe.Parse("qa: []").OrThrow().Qa!);

    [Theory]
    [InlineData("setup: x\nsteup: y", 2, "unknown key 'steup' in the recipe; did you mean 'setup'?")]
    [InlineData("zebra: y", 1, "unknown key 'zebra' in the recipe; expected one of setup, qa, copy, cache, generated, env, ports, teardown, agent, protected, landing.")]
    [InlineData("qa:\n  - name: a\n    comand: b", 3, "unknown key 'comand' in a check; did you mean 'command'?")]
    [InlineData("qa:\n  - name: a", 2, "expected the key 'command' in a check.")]
    [InlineData("qa:\n  - command: a\n    timeout: soon", 3, "expected a time such as 90s, 10m or 1h, at most 24h, found 'soon'.")]
    [InlineData("qa:\n  - command: a\n    timeout: 25h", 3, "expected a time such as 90s, 10m or 1h, at most 24h, found '25h'.")]
    [InlineData("qa:\n  - command: a\n    required: maybe", 3, "expected 'required' to be true or false, found 'maybe'.")]
    [InlineData("qa:\n  - a\n  - a", 3, "expected a name of its own for each check, 'a' is there twice.")]
    [InlineData("qa:\n  - [a]", 2, "expected keys and values in a check, found a list.")]
    [InlineData("copy: [../secret]", 1, "expected a path inside the repository, found '../secret'.")]
    [InlineData("cache: /tmp", 1, "expected a path inside the repository, found '/tmp'.")]
    [InlineData("env: x", 1, "expected keys and values in env, found 'x'.")]
    [InlineData("env:\n  a-b: x", 2, "expected the name of an environment variable (letters, digits, _), found 'a-b'.")]
    [InlineData("ports: [A,B,C,D,E,F,G,H,I,J,K]", 1, "expected at most 10 ports, found 11.")]
    [InlineData("generated:\n  - command: a", 2, "expected 'paths' with at least one path in a generated entry.")]
    [InlineData("landing: yes", 1, "expected 'landing' to be manual or auto or pull_request, found 'yes'.")]
    [InlineData("- a", 1, "expected keys and values in the recipe, found a list.")]
    [InlineData("setup: a\n---\nsetup: b", 3, "expected one document, found a second one after '---'.")]
    public void Refuses_with_line_and_what_was_expected(string yaml, int line, string sentence)
    {
        var refusal = Recipe.Parse(yaml, "recipe.yaml").Refusal!;

        Assert.Equal("recipe_invalid", refusal.Code);
        Assert.Equal($"recipe.yaml, line {line}: {sentence}", refusal.Sentence);
    }

    [Theory]
    [InlineData("setup: [a", 2)]
    [InlineData("setup: a\nsetup: b", 2)]
    [InlineData("setup: a\ncopy: \"x", 2)]
    [InlineData("setup: *nowhere", 1)]
    public void Refuses_what_is_no_yaml_with_a_line(string yaml, int line)
    {
        var refusal = Recipe.Parse(yaml).Refusal!;

        Assert.Equal("recipe_invalid", refusal.Code);
        Assert.StartsWith($".autobuild.yaml, line {line}: this is not readable as YAML: ", refusal.Sentence, StringComparison.Ordinal);
    }
}
