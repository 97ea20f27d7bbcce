//! The page of a letter: A4, its address where window envelopes of DIN 5008 (form B) show it, the code below the fold.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup};

use super::font::{Face, Faces};
use super::{Letter, LetterError, qr};

/// Points of a millimetre.
const MM: f32 = 72.0 / 25.4;
/// The page.
pub const SIZE: (f32, f32) = (210.0 * MM, 297.0 * MM);
const LEFT: f32 = 25.0 * MM;
const RIGHT: f32 = 190.0 * MM;
/// The window: left of the text, top of the sender's line, width, bottom.
const WINDOW: (f32, f32, f32, f32) = (25.0 * MM, 48.0 * MM, 78.0 * MM, 88.0 * MM);
/// Where voter's numbers stand, right of the window.
const SIDE: (f32, f32, f32) = (125.0 * MM, 48.0 * MM, 65.0 * MM);
/// The first line below the first fold.
const BODY: f32 = 112.0 * MM;
/// Nothing stands lower.
const BOTTOM: f32 = 286.0 * MM;
/// Folds into thirds.
const FOLDS: [f32; 2] = [105.0 * MM, 210.0 * MM];
/// Width of the QR code.
const QR: f32 = 42.0 * MM;
/// Size of running text.
const TEXT: f32 = 10.0;
/// Sizes of a number at the side: the second where the first is too wide.
const SIDE_SIZES: (f32, f32) = (9.5, 8.5);
/// Sizes of a title, and the lines up to which it is set in the first.
const TITLE: (f32, f32, usize) = (12.0, 10.0, 3);
/// Sizes that an address is tried in.
const ADDRESS_SIZES: [f32; 3] = [11.0, 9.0, 7.5];

/// Where the next line goes, and with what; and what was drawn so far, part by part, for readers who hear the letter.
struct Pen<'s, 'd> {
    surface: &'s mut Surface<'d>,
    parts: TagGroup,
    y: f32,
}

impl Pen<'_, '_> {
    /// A line of a part.
    fn line(&mut self, part: &mut TagGroup, face: &Face, size: f32, x: f32, text: &str) {
        self.y += size;
        part.push(self.surface.start_tagged(ContentTag::Span(SpanTag::empty())));
        self.surface.draw_glyphs(
            Point::from_xy(x, self.y),
            &face.set(text),
            face.krilla(),
            text,
            size,
            false,
        );
        self.surface.end_tagged();
        self.y += size * 0.32;
    }

    /// A paragraph.
    fn text(&mut self, face: &Face, size: f32, across: (f32, f32), text: &str) {
        self.part(TagGroup::new(Tag::P), face, size, across, text);
    }

    fn heading(&mut self, level: NonZeroU16, face: &Face, size: f32, across: (f32, f32), text: &str) {
        self.part(TagGroup::new(Tag::Hn(level, Some(text.to_owned()))), face, size, across, text);
    }

    /// Lines of one part, which may have begun already.
    fn part(&mut self, mut part: TagGroup, face: &Face, size: f32, (left, right): (f32, f32), text: &str) {
        for line in face.wrap(text, size, right - left) {
            self.line(&mut part, face, size, left, &line);
        }
        self.parts.push(part);
    }

    fn rule(&mut self, left: f32, right: f32, y: f32) {
        let mut path = PathBuilder::new();
        if let Some(rule) = Rect::from_ltrb(left, y, right, y + 0.5) {
            path.push_rect(rule);
        }
        if let Some(path) = path.finish() {
            self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            self.surface.draw_path(&path);
            self.surface.end_tagged();
        }
    }

    fn gap(&mut self, millimetres: f32) {
        self.y += millimetres * MM;
    }
}

/// Draws a letter on an empty page; gives its parts, in the order in which they are read.
///
/// # Errors
/// [`LetterError`]: characters that the font lacks, texts that have no room.
pub fn draw(
    surface: &mut Surface<'_>,
    faces: &Faces,
    letter: &Letter,
    number: u32,
) -> Result<TagGroup, LetterError> {
    ensure_characters(faces, letter, number)?;
    surface.set_fill(Some(Fill {
        paint: rgb::Color::black().into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }));
    let parts = TagGroup::new(Tag::Section.with_lang(Some(letter.words.tag.to_owned())));
    let mut pen = Pen { surface, parts, y: 0.0 };
    for fold in FOLDS {
        pen.rule(5.0 * MM, 9.0 * MM, fold);
    }
    window(&mut pen, faces, letter, number)?;
    side(&mut pen, faces, letter, number)?;
    body(&mut pen, faces, letter, number)?;
    Ok(pen.parts)
}

fn ensure_characters(faces: &Faces, letter: &Letter, number: u32) -> Result<(), LetterError> {
    for (what, text) in [
        ("sender", letter.sender.as_str()),
        ("name", &letter.name),
        ("address", &letter.address),
        ("title", &letter.title),
        ("region", &letter.region),
        ("address to type", letter.steps.get(1).map_or("", String::as_str)),
        ("other registrar's name", letter.two.as_deref().unwrap_or_default()),
        ("telephone number", &letter.help),
        ("web address", letter.more.as_deref().unwrap_or_default()),
    ] {
        if let Some(character) = faces.regular.lacks(text).or_else(|| faces.bold.lacks(text)) {
            return Err(LetterError::Character { character, what, number });
        }
    }
    Ok(())
}

/// Sender, name and address.
fn window(pen: &mut Pen<'_, '_>, faces: &Faces, letter: &Letter, number: u32) -> Result<(), LetterError> {
    let (left, top, width, bottom) = WINDOW;
    let right = left + width;
    pen.y = top;
    pen.text(&faces.regular, 6.5, (left, right), &letter.sender);
    pen.gap(2.0);
    let begins = pen.y;
    for size in ADDRESS_SIZES {
        let lines: Vec<String> = [&letter.name, &letter.address]
            .into_iter()
            .filter(|text| !text.is_empty())
            .flat_map(|text| faces.regular.wrap(text, size, width))
            .collect();
        if begins + lines.len() as f32 * size * 1.32 <= bottom {
            let mut address = TagGroup::new(Tag::P);
            lines.iter().for_each(|line| pen.line(&mut address, &faces.regular, size, left, line));
            pen.parts.push(address);
            return Ok(());
        }
    }
    Err(LetterError::Room { what: "address", number })
}

/// Region, roll number and the election's number, where no window shows them.
fn side(pen: &mut Pen<'_, '_>, faces: &Faces, letter: &Letter, number: u32) -> Result<(), LetterError> {
    let (left, top, width) = SIDE;
    pen.y = top;
    let words = letter.words;
    for (label, value) in [
        (words.region, &letter.region),
        (words.roll, &letter.number),
        (words.fingerprint, &letter.fingerprint),
    ] {
        pen.text(&faces.regular, 8.0, (left, left + width), label);
        let size = if faces.bold.width(value, SIDE_SIZES.0) <= width { SIDE_SIZES.0 } else { SIDE_SIZES.1 };
        pen.text(&faces.bold, size, (left, left + width), value);
        pen.gap(1.2);
    }
    pen.text(&faces.regular, 8.0, (left, left + width), words.fingerprint_hint);
    if pen.y > FOLDS.first().copied().unwrap_or_default() {
        return Err(LetterError::Room { what: "region's name", number });
    }
    Ok(())
}

fn body(pen: &mut Pen<'_, '_>, faces: &Faces, letter: &Letter, number: u32) -> Result<(), LetterError> {
    let (words, whole) = (letter.words, (LEFT, RIGHT));
    pen.y = BODY;
    if let Some(test) = letter.test {
        pen.text(&faces.bold, 11.0, whole, test);
        pen.gap(1.5);
    }
    pen.heading(NonZeroU16::MIN, &faces.bold, 16.0, whole, words.heading);
    let (large, small, lines) = TITLE;
    let short = faces.bold.wrap(&letter.title, large, RIGHT - LEFT).len() <= lines;
    pen.text(&faces.bold, if short { large } else { small }, whole, &letter.title);
    pen.gap(1.5);
    pen.text(&faces.regular, TEXT, whole, &letter.dates);
    if let Some(replaces) = &letter.replaces {
        pen.gap(1.0);
        pen.text(&faces.bold, TEXT, whole, replaces);
    }
    pen.gap(3.0);
    pen.rule(LEFT, RIGHT, pen.y);
    pen.gap(1.5);
    pen.text(&faces.regular, 9.0, whole, words.code);
    pen.text(&faces.bold, 19.0, whole, &letter.code);
    pen.gap(1.0);
    pen.rule(LEFT, RIGHT, pen.y);
    pen.gap(4.0);
    // The steps, and right of them the square that the first of them speaks of.
    let top = pen.y;
    let quiet = 5.0 * MM;
    let square = qr::path(&letter.link, (RIGHT - QR, top), QR);
    let square = square.ok_or(LetterError::Room { what: "link", number })?;
    let mut figure = TagGroup::new(Tag::Figure(Some(letter.link.as_str().to_owned())));
    figure.push(pen.surface.start_tagged(ContentTag::Other));
    pen.surface.draw_path(&square);
    pen.surface.end_tagged();
    pen.parts.push(figure);
    for (step, text) in (1..).zip(&letter.steps) {
        let (begins, mut part) = (pen.y, TagGroup::new(Tag::P));
        pen.line(&mut part, &faces.bold, TEXT, LEFT, &format!("{step}. "));
        pen.y = begins;
        pen.part(part, &faces.regular, TEXT, (LEFT + 6.0 * MM, RIGHT - QR - quiet), text);
        pen.gap(1.5);
    }
    pen.y = pen.y.max(top + QR + quiet);
    let further = [
        Some(words.again),
        letter.two.as_deref(),
        Some(words.keep),
        Some(&letter.help),
        letter.more.as_deref(),
    ];
    for text in further.into_iter().flatten() {
        pen.text(&faces.regular, TEXT, whole, text);
        pen.gap(1.8);
    }
    if pen.y > BOTTOM { Err(LetterError::Room { what: "text", number }) } else { Ok(()) }
}
