namespace AutoBuild.Memory.Search;

/// <summary>Is one file of a view as ranking sees it.</summary>
/// <param name="Path">From the root.</param>
/// <param name="Segment">Which segment of the snapshot its text stands in.</param>
/// <param name="Document">Which document of the segment.</param>
/// <param name="Minor">Whether it was generated or brought in from elsewhere.</param>
internal readonly record struct IndexedFile(string Path, int Segment, int Document, bool Minor);
