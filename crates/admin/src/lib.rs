//! The officials' program: draft, sign, open, extend, close, seal, cancel, certify, result.
