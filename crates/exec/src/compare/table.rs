//! A comparison as text: a table, the sentence, and where times are from.
use super::comparison::{Comparison, Measured, Row};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use std::fmt;

/// Bracketings beyond so many are counted, not listed.
const LISTED: usize = 8;

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", headline(self))?;
        let is_measured = self.noise.is_some();
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let mut header = vec!["", "order", "sweeps", "multiply-adds", "of f", "against best"];
        header.push("predicted");
        if is_measured {
            header.extend(["measured", "least", "slower", "differs"]);
        }
        header.extend(["memory", "path allows"]);
        let columns = header.len();
        table.set_header(header);
        let (named, brackets): (Vec<usize>, Vec<usize>) =
            (0..self.rows.len()).partition(|&at| self.rows[at].is_named());
        let least = self.rows.iter().map(|row| row.cost).min().unwrap_or(0);
        for &at in named.iter().chain(brackets.iter().take(LISTED)) {
            table.add_row(cells(&self.rows[at], at == self.winner, least, is_measured));
        }
        for column in 2..columns {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        writeln!(f, "{}", table.trim_fmt())?;
        if let Some(more) = brackets.get(LISTED..).filter(|more| !more.is_empty()) {
            let costs = more.iter().map(|&at| self.rows[at].cost);
            let (low, high) = (costs.clone().min().unwrap_or(0), costs.max().unwrap_or(0));
            let (low, high) = (si(low as f64), si(high as f64));
            writeln!(f, "  and {} more bracketings, from {low} to {high}", more.len())?;
        }
        for omitted in &self.omitted {
            writeln!(f, "  no plan for {}: {}", omitted.name, omitted.reason)?;
        }
        writeln!(f, "\n{}", self.why)?;
        write!(f, "{}", footnotes(self).join("\n"))
    }
}

fn cells(row: &Row, wins: bool, least: u128, is_measured: bool) -> Vec<String> {
    let mut cells = vec![
        if wins { "*".into() } else { " ".into() },
        row.titles().join(",\n"),
        si(row.sweeps as f64),
        si(row.cost as f64),
        row.evaluations.map_or("-".into(), ratio),
        ratio(row.cost as f64 / least.max(1) as f64),
        seconds(row.predicted),
    ];
    if is_measured {
        let text = |text: fn(&Measured) -> String| row.measured.as_ref().map_or("-".into(), text);
        cells.extend([
            text(|measured| seconds(measured.median)),
            text(|measured| seconds(measured.min)),
            text(|measured| measured.slower.map_or("same".into(), |t| format!("{} x", ratio(t)))),
            text(|measured| match measured.reference {
                true => "reference".into(),
                false => format!("{:.0e}", measured.difference),
            }),
        ]);
        if wins && let Some(slower) = cells.get_mut(9) {
            *slower = "fastest".into();
        }
    }
    cells.extend([bytes(row.peak_memory), format!("{} x", ratio(row.speed_up))]);
    cells
}

/// What is compared, in one line.
pub(super) fn headline(comparison: &Comparison) -> String {
    let count = comparison.links.len();
    let mut widths: Vec<String> =
        comparison.links.iter().map(|link| link.inputs.to_string()).collect();
    widths.extend(comparison.links.last().map(|link| link.outputs.to_string()));
    if widths.len() > 16 {
        widths.splice(12..widths.len() - 3, ["...".into()]);
    }
    let orders = counted(comparison.rows.len(), "order");
    let stages = counted(count, "factor");
    let points = counted(comparison.batch, "point");
    format!("{orders} for the Jacobian of {stages}, widths {}, {points}", widths.join(" "))
}

/// What the columns mean, and where times are from.
pub(super) fn footnotes(comparison: &Comparison) -> Vec<String> {
    let machine = &comparison.machine;
    let (threads, evaluation) =
        (counted(machine.threads, "thread"), si(comparison.evaluation as f64));
    let mut notes = vec![
        format!("of f: multiply-adds in evaluations of the function, {evaluation} for all points."),
        format!(
            "path allows: how many times as fast {threads} can be if no step is split; points can \
             be dealt out besides."
        ),
        match machine.model.as_str() {
            "assumed" => "predicted: for an assumed machine, as long as this one has not been \
                          calibrated."
                .into(),
            model => format!("predicted: for {model}."),
        },
    ];
    if let Some(noise) = comparison.noise {
        notes.push(format!(
            "measured on {}, {} cores, {}, {threads}: the middle and the least of interleaved \
             samples, values left out. Against itself an order differs by up to {:.1} %, so what \
             differs less is called the same.",
            machine.processor,
            machine.cores,
            machine.instructions,
            100.0 * noise.min.max(noise.median)
        ));
        let partly = |row: &&Row| {
            row.measured.as_ref().is_some_and(|measured| measured.points < comparison.batch)
        };
        for row in comparison.rows.iter().filter(partly) {
            let points = row.measured.as_ref().map_or(0, |measured| measured.points);
            let (title, batch) = (row.titles()[0], comparison.batch);
            notes.push(format!("{title}: measured at {points} of {batch} points, and scaled up."));
        }
    }
    notes
}

/// A number of things.
pub(super) fn counted(count: impl fmt::Display + PartialEq + From<u8>, thing: &str) -> String {
    if count == 1.into() { format!("{count} {thing}") } else { format!("{count} {thing}s") }
}

/// Three digits or more.
pub(super) fn ratio(times: f64) -> String {
    match times {
        times if times >= 1e6 => format!("{times:.1e}"),
        times if times >= 100.0 => format!("{times:.0}"),
        times if times >= 10.0 => format!("{times:.1}"),
        times => format!("{times:.2}"),
    }
}

/// A count with a prefix: 34.6 G.
pub(super) fn si(count: f64) -> String {
    let prefixes = ["", " k", " M", " G", " T", " P", " E"];
    let mut scaled = count;
    let mut at = 0;
    while scaled >= 999.5 && at + 1 < prefixes.len() {
        (scaled, at) = (scaled / 1000.0, at + 1);
    }
    match scaled {
        scaled if at == 0 || scaled >= 99.95 => format!("{scaled:.0}{}", prefixes[at]),
        scaled if scaled >= 9.995 => format!("{scaled:.1}{}", prefixes[at]),
        scaled => format!("{scaled:.2}{}", prefixes[at]),
    }
}

/// A time: 52.1 ms.
pub(super) fn seconds(time: f64) -> String {
    let (scale, unit) = match time {
        time if time >= 0.9995 => (1.0, "s"),
        time if time >= 0.9995e-3 => (1e3, "ms"),
        time if time >= 0.9995e-6 => (1e6, "us"),
        _ => (1e9, "ns"),
    };
    let scaled = time * scale;
    let digits = if scaled >= 99.95 { 0 } else { 1 + usize::from(scaled < 9.995) };
    format!("{scaled:.digits$} {unit}")
}

/// A number of bytes: 128 MB.
pub(super) fn bytes(count: u128) -> String {
    let text = si(count as f64);
    if text.contains(' ') { format!("{text}B") } else { format!("{text} B") }
}
