//! The client's rules as one state machine: what is checked before a ballot is encrypted, the one pending
//! ballot of each place in the chain, test or cast, the receipt (§25).
//!
//! Pure: no I/O, no clock, no generator of randomness; it builds for wasm32. The web pages, the demo and the program
//! `plebiscite-voter` vote through this and nothing else. With the feature `client` it also has a client
//! over HTTP, generic over what asks; with `program` what that client has on a machine with sockets and files.

pub mod announced;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "program")]
pub mod native;
#[cfg(feature = "client")]
pub mod observers;
pub mod place;
pub mod receipt;
pub mod setup;
pub mod tested;
pub mod written;

pub use place::{Place, PlaceError, Standing};
pub use receipt::{Pending, Receipt, ReceiptError};
pub use setup::{Setup, SetupEntries, SetupError};
