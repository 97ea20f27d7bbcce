//! The protocol, pure: bytes in; bytes, or a refusal by name, out.
