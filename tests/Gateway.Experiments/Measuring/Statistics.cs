namespace Gateway.Experiments;

/// <summary>Order statistics of repeated measurements.</summary>
internal static class Statistics
{
    private const int Resamples = 4000;

    /// <summary>The median; of an even number the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values) => MedianOf([.. values]);

    /// <summary>
    /// The 95 % confidence interval of the median by the percentile bootstrap (Efron, 1979): the medians of samples drawn
    /// with replacement.
    /// </summary>
    /// <param name="values">Independent measurements.</param>
    /// <param name="seed">Of the draws, so that a report can be repeated from the same measurements.</param>
    public static (double Low, double High) MedianInterval(IReadOnlyList<double> values, int seed = 1)
    {
        var random = new Random(seed);
        double[] sample = new double[values.Count];
        double[] medians = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            for (int j = 0; j < sample.Length; j++)
            {
                sample[j] = values[random.Next(values.Count)];
            }

            medians[i] = MedianOf(sample);
        }

        Array.Sort(medians);
        return (medians[(int)(Resamples * 0.025)], medians[(int)(Resamples * 0.975)]);
    }

    private static double MedianOf(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
