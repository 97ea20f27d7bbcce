//! What the programs that answer over HTTP have in common, be it server, witness or mirror: bounded connections, problem
//! documents, a signing key in a private file, files that survive a power cut.

pub mod connections;
pub mod durable;
pub mod ending;
pub mod key;
pub mod problem;
