//! The colours, light and dark. Tests hold each text to a contrast of 4.5 to 1 with what it stands on, as WCAG's level AA
//! asks, and each shape to 3 to 1.

use std::fmt::Write as _;

/// A variable of the style: its name, and its value by day and by night.
type Colour = (&'static str, &'static str, &'static str);

const COLOURS: &[Colour] = &[
    ("page", "#ffffff", "#0d1117"),
    ("raised", "#f6f8fa", "#161b22"),
    ("text", "#1f2328", "#e6edf3"),
    ("soft", "#57606a", "#9aa6b2"),
    ("rule", "#d0d7de", "#30363d"),
    ("edge", "#7d8590", "#6e7681"),
    ("link", "#0550ae", "#79b8ff"),
    ("added", "#116329", "#56d364"),
    ("added-bar", "#1f883d", "#2ea043"),
    ("added-page", "#eaf8ee", "#0f2419"),
    ("added-word", "#a6ecb8", "#1d5c2f"),
    ("removed", "#a40e26", "#ff9492"),
    ("removed-bar", "#cf222e", "#e5534b"),
    ("removed-page", "#fff0ee", "#2a1417"),
    ("removed-word", "#ffc5c0", "#7d2229"),
    ("changed", "#7d4e00", "#e3b341"),
    ("changed-bar", "#bf8700", "#c69026"),
    ("changed-page", "#fff8dc", "#272008"),
];

/// The style's variables: light, dark where the system asks for it and nobody chose, and as chosen. Paper is light.
pub(super) fn variables() -> String {
    let (light, dark) = (block(|colour| colour.1), block(|colour| colour.2));
    format!(
        ":root{{color-scheme:light;{light}}}\n\
        @media screen and (prefers-color-scheme:dark){{:root:not([data-theme=\"light\"]){{color-scheme:dark;{dark}}}}}\n\
        @media screen{{:root[data-theme=\"dark\"]{{color-scheme:dark;{dark}}}}}\n"
    )
}

fn block(value: fn(&Colour) -> &'static str) -> String {
    let mut out = String::new();
    for colour in COLOURS {
        // Writing to a string cannot fail.
        let _ = write!(out, "--{}:{};", colour.0, value(colour));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands on what.
    const TEXTS: &[(&str, &[&str])] = &[
        (
            "text",
            &["page", "raised", "added-page", "added-word", "removed-page", "removed-word", "changed-page"],
        ),
        ("soft", &["page", "raised", "added-page", "removed-page", "changed-page"]),
        ("link", &["page", "raised", "added-page", "removed-page", "changed-page"]),
        ("added", &["page", "raised", "added-page"]),
        ("removed", &["page", "raised", "removed-page"]),
        ("changed", &["page", "raised", "changed-page"]),
    ];
    const SHAPES: &[(&str, &[&str])] = &[
        ("added-bar", &["page"]),
        ("removed-bar", &["page"]),
        ("changed-bar", &["page"]),
        ("link", &["page"]),
        ("edge", &["page", "raised"]),
    ];

    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let byte = u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour");
            let c = f64::from(byte) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The value of a variable in the style that pages have, by day or by night.
    fn colour(style: &str, name: &str) -> String {
        let value = style.split(&format!("--{name}:")).nth(1).unwrap_or_else(|| panic!("no {name}"));
        value[..7].to_owned()
    }

    #[test]
    fn texts_and_shapes_stand_out_by_day_and_by_night() {
        let style = variables();
        let (light, dark) = style.split_once("@media").expect("both");
        for (place, style) in [("light", light), ("dark", dark)] {
            for (pairs, least) in [(TEXTS, 4.5), (SHAPES, 3.0)] {
                for (name, grounds) in pairs {
                    for ground in *grounds {
                        let found = contrast(&colour(style, name), &colour(style, ground));
                        assert!(found >= least, "{place}: {name} on {ground}: {found:.2}");
                    }
                }
            }
        }
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    }

    #[test]
    fn the_style_uses_no_other_colours() {
        let style = include_str!("style.css");
        assert!(!style.contains('#') && !style.contains("rgb"), "a colour of its own");
        for used in style.split("var(--").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(COLOURS.iter().any(|(name, ..)| *name == used), "no colour {used}");
        }
    }
}
