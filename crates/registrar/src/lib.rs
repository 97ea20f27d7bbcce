//! A registrar's own program, offline: credentials, codes, roll lists.
