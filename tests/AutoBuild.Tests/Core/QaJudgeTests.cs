using AutoBuild.Core.Qa;

namespace AutoBuild.Tests.Core;

public sealed class QaJudgeTests
{
    private static QaCheckResult Required(QaStatus status) => new() { Name = "required", Status = status };

    private static QaCheckResult Optional(QaStatus status) => Required(status) with { Required = false };

    [Fact]
    public void Nothing_ran_is_no_pass() => Assert.Equal(QaVerdict.NotRun, QaReport.Judge([]));

    [Theory]
    [InlineData(QaStatus.Passed, QaVerdict.Passed)]
    [InlineData(QaStatus.Failed, QaVerdict.Failed)]
    [InlineData(QaStatus.FailingOnBase, QaVerdict.NotRun)]
    [InlineData(QaStatus.Skipped, QaVerdict.NotRun)]
    [InlineData(QaStatus.NotRun, QaVerdict.NotRun)]
    public void One_required_check_decides(QaStatus status, QaVerdict verdict) => Assert.Equal(verdict, QaReport.Judge([Required(status)]));

    [Fact]
    public void A_required_failure_outweighs_every_pass() =>
        Assert.Equal(QaVerdict.Failed, QaReport.Judge([Required(QaStatus.Passed), Required(QaStatus.Failed), Optional(QaStatus.Passed)]));

    [Fact]
    public void An_optional_failure_is_told_but_does_not_count() =>
        Assert.Equal(QaVerdict.Passed, QaReport.Judge([Required(QaStatus.Passed), Optional(QaStatus.Failed)]));

    [Fact]
    public void What_failed_on_the_base_already_is_subtracted() =>
        Assert.Equal(QaVerdict.Passed, QaReport.Judge([Required(QaStatus.Passed), Required(QaStatus.FailingOnBase)]));

    [Theory]
    [InlineData(QaStatus.NotRun)]
    [InlineData(QaStatus.Skipped)]
    public void A_required_check_that_could_not_run_is_no_pass(QaStatus status)
    {
        Assert.Equal(QaVerdict.NotRun, QaReport.Judge([Required(QaStatus.Passed), Required(status)]));
        Assert.Equal(QaVerdict.Passed, QaReport.Judge([Required(QaStatus.Passed), Optional(status)]));
        Assert.Equal(QaVerdict.Failed, QaReport.Judge([Required(QaStatus.Failed), Required(status)]));
    }

    [Theory]
    [InlineData(QaStatus.Passed, QaVerdict.NotRun)]
    [InlineData(QaStatus.Failed, QaVerdict.Failed)]
    [InlineData(QaStatus.NotRun, QaVerdict.NotRun)]
    public void An_install_can_fail_but_proves_nothing(QaStatus status, QaVerdict verdict) =>
        Assert.Equal(verdict, QaReport.Judge([Required(status) with { Setup = true }]));

    [Theory]
    [InlineData(QaVerdict.Passed, true)]
    [InlineData(QaVerdict.Failed, false)]
    [InlineData(QaVerdict.NotRun, null)]
    public void Old_clients_read_true_false_or_null(QaVerdict verdict, bool? passed) =>
        Assert.Equal(passed, new QaReport { Verdict = verdict, Commit = "c" }.Passed);
}
