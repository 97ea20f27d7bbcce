//! What everyone may read of an election over HTTP: the log, the rendered pages, the files of the browser's pages, and
//! answers about one credential. Read-only: a server and a mirror serve the same, from the same code.

pub mod answer;
pub mod assets;
pub mod board;
pub mod election;
pub mod folder;
pub mod hints;
pub mod index;
pub mod router;
pub mod routes;
pub mod verified;
