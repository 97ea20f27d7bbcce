//! A trustee's own program: ceremony, seal confirmation, decryption.
