// The labs share two cores and the scenes compare rates: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
