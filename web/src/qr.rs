//! QR codes as rows of modules, for a second device that reads them with its camera.

use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The dark modules of each row as runs: `[[from, length], …]`, and how many modules a side has.
///
/// # Errors
/// A text that no QR code holds.
pub fn modules(text: &str) -> Result<Value, Failure> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .map_err(|_| Failure::new("too-long", "the text is longer than a QR code holds"))?;
    let size = code.size();
    let rows: Zeroizing<Vec<Vec<[i32; 2]>>> =
        Zeroizing::new((0..size).map(|y| row(&code, y, size)).collect());
    Ok(json!({ "size": size, "rows": *rows }))
}

fn row(code: &QrCode, y: i32, size: i32) -> Vec<[i32; 2]> {
    let mut runs = Vec::new();
    let mut x = 0;
    while x < size {
        let length = (x..size).take_while(|x| code.get_module(*x, y)).count();
        let length = i32::try_from(length).unwrap_or(size);
        if length > 0 {
            runs.push([x, length]);
        }
        x = x.saturating_add(length.max(1));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_are_the_dark_modules_and_no_others() {
        let text = "https://vote.example/e/0123456789abcdef/check#t=AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
        let (code, told) = (QrCode::encode_text(text, QrCodeEcc::Medium).unwrap(), modules(text).unwrap());
        let size = code.size();
        assert_eq!(told["size"], size);
        for y in 0..size {
            let runs = told["rows"][usize::try_from(y).unwrap()].as_array().unwrap();
            let number = |run: &Value, place: usize| i32::try_from(run[place].as_i64().unwrap()).unwrap();
            for x in 0..size {
                let dark =
                    runs.iter().any(|run| (number(run, 0)..number(run, 0) + number(run, 1)).contains(&x));
                assert_eq!(dark, code.get_module(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn a_text_too_long_is_refused_by_name() {
        assert!(modules(&"x".repeat(2_000)).is_ok());
        assert_eq!(modules(&"x".repeat(3_000)).unwrap_err().code, "too-long");
    }
}
