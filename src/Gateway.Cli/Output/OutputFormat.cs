namespace Gateway.Cli;

/// <summary>Who reads the output.</summary>
internal enum OutputFormat
{
    /// <summary>People: tables and sentences.</summary>
    Table,

    /// <summary>Programs: JSON, one object a line.</summary>
    Json,

    /// <summary>Programs: YAML, one document an object.</summary>
    Yaml,
}
