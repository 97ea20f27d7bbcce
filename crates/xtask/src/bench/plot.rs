//! A plot as SVG: lines over logarithmic axes.

use std::fmt::Write;

/// One line.
pub struct Line {
    /// Its name in the legend.
    pub name: &'static str,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
/// Left, top, right, bottom.
const MARGIN: (f64, f64, f64, f64) = (60.0, 20.0, 170.0, 50.0);
/// Colours that are told apart by most eyes, and strokes that are without colour.
const STYLES: [(&str, &str); 6] = [
    ("#0072b2", ""),
    ("#d55e00", "6 3"),
    ("#009e73", "2 3"),
    ("#cc79a7", "9 3 2 3"),
    ("#555555", "12 4"),
    ("#b08800", "1 5"),
];

/// Lines over logarithmic axes; points that have no logarithm are left out.
pub fn plot(across: &str, lines: &[Line]) -> String {
    let (left, top, right, bottom) = MARGIN;
    let all = || lines.iter().flat_map(|line| &line.points).filter(|(x, y)| *x > 0.0 && *y > 0.0);
    let decades = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let low = all().map(of).fold(f64::MAX, f64::min).log10().floor();
        let high = all().map(of).fold(f64::MIN_POSITIVE, f64::max).log10().ceil();
        (low, high.max(low + 1.0))
    };
    let (x_axis, y_axis) = (decades(&|point| point.0), decades(&|point| point.1));
    let at = |value: f64, (low, high): (f64, f64), length: f64| (value.log10() - low) / (high - low) * length;
    let x = |value| left + at(value, x_axis, WIDTH - left - right);
    let y = |value| HEIGHT - bottom - at(value, y_axis, HEIGHT - top - bottom);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    let mut put = |text: String| svg.push_str(&text);
    for power in steps(x_axis) {
        let (value, place) = (10f64.powf(power), x(10f64.powf(power)));
        put(format!(
            "<line x1=\"{place:.1}\" y1=\"{top}\" x2=\"{place:.1}\" y2=\"{:.1}\" stroke=\"#dddddd\"/>\n<text x=\"{place:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value}</text>\n",
            HEIGHT - bottom,
            HEIGHT - bottom + 18.0
        ));
    }
    for power in steps(y_axis) {
        let (value, place) = (10f64.powf(power), y(10f64.powf(power)));
        put(format!(
            "<line x1=\"{left}\" y1=\"{place:.1}\" x2=\"{:.1}\" y2=\"{place:.1}\" stroke=\"#dddddd\"/>\n<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            WIDTH - right,
            left - 6.0,
            place + 4.0,
            short(value)
        ));
    }
    put(format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\n",
        (left + WIDTH - right) / 2.0,
        HEIGHT - 12.0
    ));
    for ((line, (colour, dashes)), row) in lines.iter().zip(STYLES).zip(0u8..) {
        let mut path = String::new();
        for (one, two) in line.points.iter().filter(|(x, y)| *x > 0.0 && *y > 0.0) {
            // Writing to a string cannot fail.
            let _ = write!(path, "{:.1},{:.1} ", x(*one), y(*two));
        }
        let (begin, height) = (WIDTH - right + 12.0, top + 14.0 + 20.0 * f64::from(row));
        put(format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>\n<line x1=\"{begin:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>\n<text x=\"{:.1}\" y=\"{height:.1}\">{}</text>\n",
            path.trim_end(),
            height - 4.0,
            begin + 28.0,
            height - 4.0,
            begin + 34.0,
            line.name
        ));
    }
    svg.push_str("</svg>\n");
    svg
}

/// The whole powers of ten of an axis.
fn steps((low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(low), |power| Some(power + 1.0)).take_while(move |power| *power <= high)
}

fn short(value: f64) -> String {
    if value >= 1.0 { format!("{value:.0}") } else { format!("{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_drawn_within_the_picture() {
        let lines = [
            Line { name: "seconds", points: vec![(1_000.0, 0.02), (1_000_000.0, 20.0)] },
            Line { name: "nothing", points: vec![(1_000.0, 0.0)] },
        ];
        let svg = plot("ballots", &lines);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(
            svg.contains(">seconds</text>")
                && svg.contains(">1000000</text>")
                && svg.contains(">0.01</text>")
        );
        let points = svg.split("points=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        for pair in points.split(' ') {
            let (x, y) = pair.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y), "{pair}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
