//! Checks a whole election again from public bytes.
