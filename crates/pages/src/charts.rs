//! A bar as a drawing; the same numbers always stand in a table beside it.

use maud::{Markup, html};

/// A bar of `part` in `whole`, drawn by attributes alone: no style and no script. Hidden from screen readers, which read
/// the table.
pub fn bar(part: u64, whole: u64, kind: &str) -> Markup {
    let thousandths =
        u128::from(part.min(whole)).saturating_mul(1_000).checked_div(u128::from(whole)).unwrap_or(0);
    html! {
        svg.bar viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.ground x="0" y="0" width="1000" height="40" {}
            rect class=(kind) x="0" y="0" width=(thousandths) height="40" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_longer_than_the_whole() {
        assert!(bar(1, 4, "yes").into_string().contains("width=\"250\""));
        assert!(bar(9, 4, "yes").into_string().matches("width=\"1000\"").count() == 2);
        assert!(bar(1, 0, "yes").into_string().contains("width=\"0\""));
    }
}
