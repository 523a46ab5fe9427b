//! A comparison as one page that needs nothing else: no network, no other file.
use super::comparison::Comparison;
use super::table::{footnotes, headline};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPTS: [&str; 4] = [
    include_str!("page/drawing.js"),
    include_str!("page/plots.js"),
    include_str!("page/tree.js"),
    include_str!("page/page.js"),
];

impl Comparison {
    /// A page to open in a browser: a table, the bracketing of the order that is chosen by a click, its steps, costs as
    /// bars, and multiply-adds against time and against memory.
    pub fn to_html(&self) -> String {
        let notes: Vec<String> =
            footnotes(self).iter().map(|note| format!("<li>{}</li>", escaped(note))).collect();
        // In this order: what is put in last may contain anything.
        PAGE.replace("{{style}}", STYLE)
            .replace("{{headline}}", &escaped(&headline(self)))
            .replace("{{script}}", &SCRIPTS.join("\n"))
            .replace("{{notes}}", &notes.join("\n"))
            .replace("{{why}}", &escaped(&self.why))
            .replace("{{data}}", &inert(&self.to_json()))
    }
}

/// Text that is no markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// JSON that cannot end the element it stands in.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
}
