//! Printed documents as PDF/A: one open font, pages, text that flows, tables, QR codes. It knows no elections.
//!
//! A document is first laid out ([`Flow`]) and then written ([`write`]), so that every page can say how many there are. What
//! it writes is PDF/A-2a and PDF/UA-1, tagged for readers who hear it, and the same bytes for the same content.

mod face;
mod flow;
mod page;
mod pdf;
mod qr;
mod structure;

pub use face::{BOLD, Face, Faces, Missing, REGULAR, Weight};
pub use flow::{Align, Column, Flow, Style};
pub use page::{Layout, MARGIN, PAGE_HEIGHT, PAGE_WIDTH};
pub use pdf::{About, PaperError, write};
pub use qr::{QrError, Run, bare_runs};
