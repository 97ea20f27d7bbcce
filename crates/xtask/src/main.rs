//! The project's own habits as commands: demo, test, bench, vectors, tidy.
fn main() {}
