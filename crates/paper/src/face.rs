//! The font: which letters it has, how wide a text is, and its glyphs (Noto Sans, SIL Open Font License).

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, UnicodeBuffer};
use thiserror::Error;

use crate::pdf::PaperError;

/// The font's file for text.
pub static REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
/// The font's file for headings and what must be seen first.
pub static BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// A character that the font cannot draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the font has no letter for U+{:04X}, so this text cannot be printed; it has those of Latin, Greek and Cyrillic scripts",
    u32::from(*.0)
)]
pub struct Missing(pub char);

/// Which of the two faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// For text.
    #[default]
    Regular,
    /// For headings and what must be seen first.
    Bold,
}

/// One face of the font.
pub struct Face {
    shaping: rustybuzz::Face<'static>,
    drawing: Font,
    units: f32,
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Face(..)")
    }
}

/// Both faces.
#[derive(Debug)]
pub struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    /// Opens the font that is built in.
    ///
    /// # Errors
    /// Never with the files of this crate.
    pub fn new() -> Result<Self, PaperError> {
        Ok(Self { regular: Face::open(REGULAR)?, bold: Face::open(BOLD)? })
    }

    /// The face of a weight.
    #[must_use]
    pub const fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Whether both faces have every letter of a text.
    ///
    /// # Errors
    /// [`Missing`] names the first that they lack.
    pub fn ensure(&self, text: &str) -> Result<(), Missing> {
        let lacks = |c: &char| !(self.regular.has(*c) && self.bold.has(*c));
        text.chars().find(lacks).map_or(Ok(()), |c| Err(Missing(c)))
    }
}

impl Face {
    fn open(bytes: &'static [u8]) -> Result<Self, PaperError> {
        let shaping = rustybuzz::Face::from_slice(bytes, 0).ok_or(PaperError::Font)?;
        let drawing = Font::new(bytes.into(), 0).ok_or(PaperError::Font)?;
        let units = drawing.units_per_em();
        Ok(Self { shaping, drawing, units })
    }

    /// Whether the face draws a character.
    #[must_use]
    pub fn has(&self, c: char) -> bool {
        self.shaping.glyph_index(c).is_some()
    }

    /// The width of one line of text, in points.
    #[must_use]
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let shaped = self.shape(text);
        shaped.glyph_positions().iter().map(|position| position.x_advance as f32).sum::<f32>() * size
            / self.units
    }

    pub(crate) const fn font(&self) -> &Font {
        &self.drawing
    }

    /// The glyphs of one line, left to right.
    pub(crate) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let shaped = self.shape(text);
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        // A cluster ends where the next one begins.
        let end_of = |index: usize, cluster: u32| {
            let later = infos.iter().skip(index).map(|info| info.cluster).find(|next| *next > cluster);
            later.map_or(text.len(), |next| next as usize)
        };
        let glyph =
            |(index, (info, position)): (usize, (&rustybuzz::GlyphInfo, &rustybuzz::GlyphPosition))| {
                let part = |units: i32| units as f32 / self.units;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    part(position.x_advance),
                    part(position.x_offset),
                    part(position.y_offset),
                    part(position.y_advance),
                    info.cluster as usize..end_of(index, info.cluster),
                    None,
                )
            };
        infos.iter().zip(positions).enumerate().map(glyph).collect()
    }

    /// Without ligatures: a digest must not look as if it had other letters.
    fn shape(&self, text: &str) -> rustybuzz::GlyphBuffer {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        rustybuzz::shape(&self.shaping, &[Feature::new(Tag::from_bytes(b"liga"), 0, ..)], buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_the_letters_of_kazakh_russian_and_english() {
        let faces = Faces::new().unwrap();
        for text in [
            "ӘәҒғҚқҢңӨөҰұҮүҺһІі, Ёё Ъъ Ээ",
            "«кавычки» — №, – …; 12 345\u{a0}678\u{202f}901 ½ %",
            "Zürich, Neuchâtel, Ελλάδα, Łódź",
        ] {
            assert_eq!(faces.ensure(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_letter_that_the_font_lacks_is_named() {
        let faces = Faces::new().unwrap();
        assert_eq!(faces.ensure("abc 漢"), Err(Missing('漢')));
        assert_eq!(faces.ensure("هل"), Err(Missing('ه')));
    }

    #[test]
    fn widths_add_up_and_bold_is_wider() {
        let faces = Faces::new().unwrap();
        let (regular, bold) = (faces.of(Weight::Regular), faces.of(Weight::Bold));
        let (one, ten) = (regular.width("8", 10.0), regular.width("8888888888", 10.0));
        assert!((one * 10.0 - ten).abs() < 0.01, "{one} {ten}");
        assert!(bold.width("Kazakhstan", 10.0) > regular.width("Kazakhstan", 10.0));
        assert!(regular.width("", 10.0).abs() < f32::EPSILON);
    }

    #[test]
    fn no_two_letters_become_one_glyph() {
        let faces = Faces::new().unwrap();
        assert_eq!(faces.of(Weight::Regular).glyphs("ffi").len(), 3);
    }
}
