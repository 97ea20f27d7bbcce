//! The protocol, pure: bytes in; bytes, or a refusal by name, out.

pub mod cell;
pub mod contest;
pub mod manifest;
pub mod rule;
