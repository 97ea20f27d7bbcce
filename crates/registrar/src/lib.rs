//! A registrar's part in an election: the prepared roll, codes and secrets, the list, replacements (§14, §24.5).
//!
//! The program is a thin shell around these functions. Codes never leave this registrar's folder but in the file that
//! is printed as letters, and that only once the roll is sealed.

pub mod codes;
pub mod letters;
pub mod prepared;
pub mod replacement;
pub mod roll_csv;

pub use codes::RollCodes;
pub use prepared::Prepared;
