// The machines share two cores and one bpf file system: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
