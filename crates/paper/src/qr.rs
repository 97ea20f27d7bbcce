//! QR codes as boxes: one box a run of dark modules, so that no printer leaves gaps between them.

use qrcodegen::{QrCode, QrCodeEcc};
use thiserror::Error;

/// A text that no QR code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0} bytes are more than a QR code holds")]
pub struct QrError(pub usize);

/// Modules of quiet zone on each side, as the standard demands.
const QUIET: i32 = 4;

/// A box: from the left, from the top, width, height.
pub type Run = [f32; 4];

/// The dark runs of a code that fills `size` points with its quiet zone.
pub(crate) fn runs(text: &str, size: f32) -> Result<Vec<Run>, QrError> {
    within(text, size, QUIET)
}

/// The dark runs of a code that fills `size` points itself: whoever draws it leaves four modules free on each side.
///
/// # Errors
/// [`QrError`] where the text is too long.
pub fn bare_runs(text: &str, size: f32) -> Result<Vec<Run>, QrError> {
    within(text, size, 0)
}

fn within(text: &str, size: f32, quiet: i32) -> Result<Vec<Run>, QrError> {
    // A fifth of the code may be spoiled.
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| QrError(text.len()))?;
    let modules = code.size();
    let module = size / (modules + 2 * quiet) as f32;
    let mut found = Vec::new();
    for y in 0..modules {
        let mut x = 0;
        while x < modules {
            let length = (x..modules).take_while(|x| code.get_module(*x, y)).count() as i32;
            if length > 0 {
                let at = |place: i32| (place + quiet) as f32 * module;
                found.push([at(x), at(y), length as f32 * module, module]);
            }
            x += length.max(1);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once_and_no_light_one() {
        let text = "plebiscite/v1/0123456789abcdef";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let modules = code.size();
        let size = (modules + 2 * QUIET) as f32;
        let drawn = runs(text, size).unwrap();
        let covers = |x: i32, y: i32| {
            let middle = |place: i32| (place + QUIET) as f32 + 0.5;
            drawn.iter().filter(move |[left, top, width, height]| {
                (*left..left + width).contains(&middle(x)) && (*top..top + height).contains(&middle(y))
            })
        };
        for y in 0..modules {
            for x in 0..modules {
                assert_eq!(covers(x, y).count(), usize::from(code.get_module(x, y)), "{x} {y}");
            }
        }
    }

    #[test]
    fn a_bare_code_fills_its_size_and_begins_with_the_corner_of_its_finder() {
        let bare = bare_runs("plebiscite/v1/0123456789abcdef", 84.0).unwrap();
        let right = bare.iter().map(|[left, _, width, _]| left + width).fold(0.0, f32::max);
        assert_eq!(bare[0][..2], [0.0, 0.0]);
        assert!((right - 84.0).abs() < 0.01, "{right}");
        assert_eq!(bare.len(), runs("plebiscite/v1/0123456789abcdef", 84.0).unwrap().len());
    }

    #[test]
    fn a_text_too_long_for_a_code_is_refused() {
        assert!(runs(&"x".repeat(2_000), 100.0).is_ok());
        assert_eq!(runs(&"x".repeat(3_000), 100.0), Err(QrError(3_000)));
    }
}
