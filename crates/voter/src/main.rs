//! plebiscite-voter: cast, test and check from a terminal.
fn main() {}
