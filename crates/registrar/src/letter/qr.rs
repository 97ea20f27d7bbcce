//! The QR code of a voter's link, as dark rectangles.

use krilla::geom::{Path, PathBuilder, Rect};
use plebiscite_paper::bare_runs;

/// Draws a text as a QR code of a width, without its quiet zone, whose upper left corner is at a point. None where the text is
/// too long, as no link of a server is.
#[must_use]
pub fn path(text: &str, (left, top): (f32, f32), width: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in bare_runs(text, width).ok()? {
        path.push_rect(Rect::from_xywh(left + x, top + y, width, height)?);
    }
    path.finish()
}
