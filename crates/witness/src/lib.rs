//! A witness: cosigns a log's checkpoint if it extends the last one it cosigned, and keeps what it cosigned before it says
//! so (§11.11). It knows no elections, and needs to trust nobody.

pub mod app;
pub mod evidence;
pub mod state;
pub mod watch;
