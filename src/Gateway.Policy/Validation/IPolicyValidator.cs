namespace Gateway.Policy;

/// <summary>Checks one concern of a document.</summary>
internal interface IPolicyValidator
{
    public void Validate(ValidationContext context);
}
