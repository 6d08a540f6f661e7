namespace AutoBuild.Memory.Search;

/// <summary>Is one term that a query looks for.</summary>
/// <param name="Text">As the index spells it: lower case, stemmed.</param>
/// <param name="Weight">1 for what was said once.</param>
internal readonly record struct QueryTerm(string Text, float Weight);
