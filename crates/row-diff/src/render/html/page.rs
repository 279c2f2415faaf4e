//! The frame of every page: one file with its style and script inside, which asks for nothing and works from a disk.
//!
//! A policy in its head lets exactly that style and that script run, by their digests: whatever a page came to hold,
//! nothing else could. So no element has a style or a handler of its own. Everything can be read without the script, which
//! only filters, leads from change to change, and keeps the choice of colours.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::Digest;

use super::{data, palette};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A page above this one: its name, and where it is from here. The path is the program's own, never the data's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called. Not yet safe to print.
    pub name: String,
    /// A relative path such as `../index.html`.
    pub path: String,
}

/// A whole page around its main part; `title` is not yet safe to print.
pub fn page(title: &str, above: &[Crumb], main: &Markup) -> String {
    format!("{}{}{END}", begin(title, above), main.0)
}

/// All of a page that comes before its main part.
pub(super) fn begin(title: &str, above: &[Crumb]) -> String {
    let (head, top) = (head(title), top(title, above));
    let doctype = DOCTYPE.0;
    format!(
        "{doctype}\n<html lang=\"en\">\n{}\n<body>\n{}\n<main id=\"main\" tabindex=\"-1\">\n",
        head.0, top.0
    )
}

/// All of a page that comes after it.
pub(super) const END: &str = "</main>\n</body>\n</html>\n";

fn head(title: &str) -> Markup {
    let style = format!("{}{STYLE}", palette::variables());
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (model::text::Shown(title)) }
            style { (PreEscaped(&style)) }
            script { (PreEscaped(SCRIPT)) }
        }
    }
}

fn top(title: &str, above: &[Crumb]) -> Markup {
    html! {
        a.skip href="#main" { "Skip to the content" }
        header.top {
            nav aria-label="Where this page is" {
                ol {
                    @for crumb in above { li { a href=(crumb.path) { (data::line(&crumb.name)) } } }
                    li { span aria-current="page" { (data::line(title)) } }
                }
            }
            button id="theme" type="button" hidden { "Colours: as the system" }
        }
    }
}

/// As a policy names a text that may run.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Digest::of(text.as_bytes()).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_own_style_and_script_may_run() {
        let page = page("a <b>\u{202e}", &[], &html! { p { "text" } });
        let policy =
            page.split("content=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        for (tag, kind) in [("style", "style-src"), ("script", "script-src")] {
            let content = page.split(&format!("<{tag}>")).nth(1).expect("there");
            let content = content.split(&format!("</{tag}>")).next().expect("closed");
            assert!(policy.contains(&format!("{kind} '{}'", hash(content))), "{tag}");
        }
        assert!(page.contains("<title>a &lt;b&gt;\\u202e</title>"));
    }

    #[test]
    fn the_hash_is_that_of_browsers() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn style_and_script_ask_for_nothing() {
        for text in [STYLE, SCRIPT] {
            for word in
                ["http:", "https:", "url(", "@import", "fetch(", "XMLHttpRequest", "innerHTML", "eval("]
            {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
