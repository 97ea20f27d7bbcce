//! The letters' font, Noto Sans (`crates/paper/fonts/OFL.txt`): which characters it has, how wide they are, where lines break.
//!
//! Characters are set one after the other by their own widths, without kerning: the scripts of the letters, Latin,
//! Cyrillic and Greek in composed form, need no more, and the same text gives the same bytes.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use plebiscite_paper::{BOLD, REGULAR};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// One cut of the font.
pub struct Face {
    own: FontRef<'static>,
    krilla: Font,
}

/// Both cuts.
pub struct Faces {
    /// For running text.
    pub regular: Face,
    /// For what stands out.
    pub bold: Face,
}

impl Faces {
    /// Reads both cuts; none where they are no fonts, which the tests exclude.
    #[must_use]
    pub fn load() -> Option<Self> {
        Some(Self { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)? })
    }
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        Some(Self { own: FontRef::new(bytes).ok()?, krilla: Font::new(bytes.into(), 0)? })
    }

    /// The font as it is embedded.
    #[must_use]
    pub fn krilla(&self) -> Font {
        self.krilla.clone()
    }

    /// The first character of a text that the font lacks.
    #[must_use]
    pub fn lacks(&self, text: &str) -> Option<char> {
        let map = self.own.charmap();
        text.chars().find(|c| map.map(*c).is_none_or(|glyph| glyph.to_u32() == 0))
    }

    /// The glyphs of one line, with widths for a size of 1.
    #[must_use]
    pub fn set(&self, line: &str) -> Vec<KrillaGlyph> {
        let (map, widths) =
            (self.own.charmap(), self.own.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let em = self.krilla.units_per_em();
        line.char_indices()
            .map(|(at, c)| {
                let glyph = map.map(c).unwrap_or_default();
                KrillaGlyph::new(
                    GlyphId::new(glyph.to_u32()),
                    widths.advance_width(glyph).unwrap_or_default() / em,
                    0.0,
                    0.0,
                    0.0,
                    at..at + c.len_utf8(),
                    None,
                )
            })
            .collect()
    }

    /// How wide a line is at a size, in points.
    #[must_use]
    pub fn width(&self, line: &str, size: f32) -> f32 {
        let (map, widths) =
            (self.own.charmap(), self.own.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let of = |c| map.map(c).and_then(|glyph| widths.advance_width(glyph)).unwrap_or_default();
        line.chars().map(of).sum::<f32>() / self.krilla.units_per_em() * size
    }

    /// Breaks a text into lines of a width, between words, where the space stays at the end of its line; a word that is wider
    /// by itself is broken where it must be.
    #[must_use]
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let (mut lines, mut line, mut filled) = (Vec::new(), String::new(), 0.0);
        let space = self.width(" ", size);
        // Widths add up: there is no kerning.
        for word in text.split(' ') {
            let before = if line.is_empty() { 0.0 } else { space };
            let own = self.width(word, size);
            if filled + before + own <= width {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                filled += before + own;
                continue;
            }
            if !line.is_empty() {
                line.push(' ');
                lines.push(std::mem::take(&mut line));
            }
            filled = 0.0;
            for c in word.chars() {
                let own = self.width(c.encode_utf8(&mut [0; 4]), size);
                if filled + own > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    filled = 0.0;
                }
                line.push(c);
                filled += own;
            }
        }
        lines.push(line);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_every_letter_of_kazakh_russian_and_english_and_of_a_code() {
        let faces = Faces::load().unwrap();
        let kazakh = "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя";
        let latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzäöüßéèçñÄÖÜğışÇ0123456789";
        let signs = "-–—:;.,/#&=?!()«»“”„’№…@+";
        for face in [&faces.regular, &faces.bold] {
            for text in [kazakh, latin, signs] {
                assert_eq!(face.lacks(text), None);
            }
            assert_eq!(face.lacks("a中b"), Some('中'));
        }
    }

    #[test]
    fn lines_break_between_words_and_never_run_over() {
        let face = Faces::load().unwrap().regular;
        let text =
            "Дауыс беру аяқталғанша қайта дауыс бере аласыз https://vote.example.org/e/0123456789abcdef/";
        for width in [40.0, 100.0, 300.0] {
            let lines = face.wrap(text, 10.0, width);
            assert!(lines.iter().all(|line| face.width(line.trim_end(), 10.0) <= width), "{lines:?}");
            assert_eq!(lines.concat(), text, "who hears the lines hears the words apart");
        }
        assert_eq!(face.wrap("one two", 10.0, 500.0), ["one two"]);
    }
}
