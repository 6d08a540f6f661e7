using AutoBuild.Syntax;

namespace AutoBuild.Tests.Syntax;

/// <summary>Reads the import statements of every language that has them.</summary>
public sealed class ImportsTests
{
    /// <summary>Statements as <c>module [name>alias, …] (modifiers)</c>.</summary>
    public static TheoryData<string, string, string> Statements => new()
    {
        { "a.cs", "using System;\nusing static System.Math;\nglobal using X = A.B;\nusing var a = b;\nusing (c) { }\nusing Stream d = e;", "System [] () / System.Math [] (static) / A.B [] (global X =)" },
        { "a.ts", "import a, { b as c, type d } from 'm';", "m [default>a, b>c, type d] ()" },
        { "a.ts", "import {\n  a, // one\n  b,\n} from \"./m\"", "./m [a, b] ()" },
        { "a.ts", "import type { A } from 'm'\nimport * as n from 'n'\nimport 's'\nimport type from 't'\nconst x = 1", "m [A] (type) / n [*>n] () / s [] () / t [default>type] ()" },
        { "a.ts", "export { a } from 'm';\nexport * from './n';\nexport { c };\nexport type { T } from 'o';\nimport('x')", "m [a] (export) / ./n [*] (export) / o [T] (export type)" },
        { "a.js", "const a = require('a');\nconst { b, c: d } = require(\"b\");\nlet e = f(1);", "a [default>a] (const require) / b [b, c>d] (const require)" },
        { "a.py", "import os\nimport a.b as c\nimport x, y as z\nfrom .m import (\n    a as b,  # one\n    c,\n)\nfrom n import *\ndef f():\n    import q", "os [] () / a.b [] (as c) /  [x, y>z] () / .m [a>b, c] () / n [*] ()" },
        { "a.go", "package p\n\nimport \"fmt\"\nimport (\n\t\"os\"\n\n\tb \"a/b\" // why\n\t_ \"c\"\n)", "fmt [] () / os [] () / a/b [] (b) / c [] (_)" },
        { "a.java", "package p;\nimport a.b.C;\nimport static a.D.*;", "a.b.C [] () / a.D.* [] (static)" },
        { "a.kt", "import a.b.C\nimport a.D as E\n", "a.b.C [] () / a.D [] (as E)" },
        { "a.swift", "import A\n@testable import B\nimport struct C.D", "A [] () / B [] (@testable) / C.D [] (struct)" },
        { "a.scala", "import a.b.{C, D => E}\nimport a.f", "a.b [C, D>E] () / a [f] ()" },
        { "a.rs", "use a::b::{self, c as d, e::{F, G}};\npub use x::Y;\nuse z;\npub(crate) use q::*;", "a::b [self, c>d, e::F, e::G] () / x [Y] (pub) / z [] () / q [*] (pub(crate))" },
        { "a.c", "#include <stdio.h>\n#include \"a/b.h\"\n#define X 1", "<stdio.h> [] () / a/b.h [] ()" },
        { "a.php", "<?php\nuse A\\B;\nuse A\\C as D;\nuse function f\\g;\nuse H\\{I, J};", "A\\B [] () / A\\C [] (as D) / f\\g [] (function) / H [I, J] ()" },
        { "a.rb", "require 'a'\nrequire_relative \"b/c\"\n", "a [] () / b/c [] (require_relative)" },
        { "a.scss", "@import 'a';\n@use \"b\";", "a [] (@import) / b [] (@use)" },
        { "a.scala", "import a.{b}{}\nimport d.e", "a [] () / d [e] ()" },
        { "a.kt", "@a\nimport b.C\n", "b.C [] ()" },
        { "a.sh", "source ./a.sh\n. b.sh\n", "./a.sh [] () / b.sh [] (.)" },
    };

    [Theory, MemberData(nameof(Statements))]
    public void Statements_are_read(string path, string text, string expected) =>
        Assert.Equal(expected, string.Join(" / ", Imports.Of(text, Languages.ForPath(path)!).Select(Shown)));

    [Fact]
    public void A_statement_is_whole_lines()
    {
        const string Text = "// head\n  using A;\r\nusing B; // why\nclass C;";

        var statements = Imports.Of(Text, Languages.ForPath("a.cs")!);

        Assert.Equal(["  using A;\r\n", "using B; // why\n"], statements.Select(one => Text[one.Start..one.End]));
    }

    [Theory]
    [InlineData("a.cs", "using A; using B;")]
    [InlineData("a.cs", "namespace N { using A; }")]
    [InlineData("a.ts", "import {")]
    [InlineData("a.ts", "import { a } from b")]
    [InlineData("a.rs", "use a::{b")]
    [InlineData("a.py", "from x")]
    public void What_is_no_whole_statement_outside_of_blocks_is_left_out(string path, string text) => Assert.Empty(Imports.Of(text, Languages.ForPath(path)!));

    private static string Shown(ImportStatement one) =>
        $"{one.Module} [{string.Join(", ", one.Names.Select(name => $"{name.Modifiers} {name.Name}".Trim() + (name.Alias is null ? "" : ">" + name.Alias)))}] ({one.Modifiers})";
}
