//! The QR code of a voter's link, as dark rectangles.

use krilla::geom::{Path, PathBuilder, Rect};
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules that must surround a QR code.
pub const QUIET: f32 = 4.0;

/// Draws a text as a QR code of a width, without its quiet zone, whose upper left corner is at a point. Rows of dark
/// modules are one rectangle each. None where the text is too long, as no link of a server is.
#[must_use]
pub fn path(text: &str, (left, top): (f32, f32), width: f32) -> Option<Path> {
    // A fifth of the code may be spoiled.
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let module = width / code.size() as f32;
    let mut path = PathBuilder::new();
    for row in 0..code.size() {
        let mut column = 0;
        while column < code.size() {
            if !code.get_module(column, row) {
                column += 1;
                continue;
            }
            let begins = column;
            while column < code.size() && code.get_module(column, row) {
                column += 1;
            }
            let (x, y) = (left + begins as f32 * module, top + row as f32 * module);
            path.push_rect(Rect::from_xywh(x, y, (column - begins) as f32 * module, module)?);
        }
    }
    path.finish()
}
