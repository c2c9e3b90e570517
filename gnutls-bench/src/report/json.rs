//! What programs read.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::ratios::{self, Bar};
use crate::measure::{Entry, Outcome};
use crate::stats::Summary;
use crate::{Result, machine};

/// Writes `ratios`, flat; `bars`, their bars and spreads; `cases`, everything else.
pub(crate) fn write(file: &Path, outcomes: &[Outcome]) -> Result<()> {
    let measured = ratios::of(outcomes);
    let flat: Map<String, Value> =
        measured.iter().map(|ratio| (ratio.ratio.key.to_owned(), json!(ratio.summary.median))).collect();
    let bars: Map<String, Value> = measured
        .iter()
        .map(|ratio| {
            let bar = match ratio.ratio.bar {
                Bar::AtLeast(bar) => json!({ "at_least": bar }),
                Bar::AtMost(bar) => json!({ "at_most": bar }),
                Bar::None => Value::Null,
            };
            let detail = json!({
                "title": ratio.ratio.title,
                "bar": bar,
                "met": ratio.is_met(),
                "against": ratio.against,
                "spread": spread(&ratio.summary),
            });
            (ratio.ratio.key.to_owned(), detail)
        })
        .collect();
    let cases: Map<String, Value> = outcomes.iter().map(|outcome| (outcome.case.id.clone(), case(outcome))).collect();
    let all = json!({
        "machine": machine::description(),
        "versions": machine::versions(),
        "ratios": flat,
        "bars": bars,
        "cases": cases,
    });
    let text = serde_json::to_string_pretty(&all)?;
    Ok(fs::write(file, text + "\n").map_err(|error| format!("writing {}: {error}", file.display()))?)
}

fn case(outcome: &Outcome) -> Value {
    let entrants: Map<String, Value> =
        outcome.entrants.iter().map(|entry| (entry.name.clone(), entrant(entry))).collect();
    json!({ "title": outcome.case.title, "unit": format!("{:?}", outcome.case.unit), "entrants": entrants })
}

fn entrant(entry: &Entry) -> Value {
    let names = entry.samples.first().map(|sample| sample.more.as_slice()).unwrap_or_default();
    let more: Map<String, Value> =
        names.iter().filter_map(|(name, _)| Some(((*name).to_owned(), json!(entry.more(name)?.median)))).collect();
    json!({
        "note": entry.note,
        "values": entry.values(),
        "spread": entry.summary().as_ref().map(spread),
        "more": more,
    })
}

fn spread(summary: &Summary) -> Value {
    let (low, high) = summary.quartiles;
    json!({ "median": summary.median, "min": summary.min, "max": summary.max, "quartiles": [low, high] })
}
