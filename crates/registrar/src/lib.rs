//! A registrar's part in an election: the prepared roll, codes and secrets, the list, replacements (§14, §24.5).
//!
//! The program is a thin shell around these functions. Codes never leave this registrar's folder but in the files that
//! are printed or sent as letters, and that only once the roll is sealed.

pub mod cell;
pub mod certificate;
pub mod codes;
pub mod import;
pub mod letter;
pub mod letters;
pub mod made;
pub mod prepared;
pub mod printed;
pub mod printer;
pub mod replacement;
pub mod roll_csv;
pub mod shred;
pub mod totals;

pub use codes::RollCodes;
pub use prepared::Prepared;
