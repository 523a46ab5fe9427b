//! DOES IT: lowers tapes to programs and runs them on batches of points, on any number of threads.
