//! The plots, as SVG.

use std::path::Path;

use plotters::prelude::*;

use crate::Result;
use crate::case::Unit;
use crate::measure::{Entry, Outcome};

/// A line of a plot.
type Line = (String, Vec<(f64, f64)>);

/// A plot that was written: the name of its file and what it shows.
pub(crate) struct Plot {
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
}

/// Cases that differ in a number, their last word.
struct Series {
    file: &'static str,
    title: &'static str,
    cases: &'static str,
    x: &'static str,
}

const SERIES: &[Series] = &[
    Series {
        file: "oneway.svg",
        title: "One way over TCP, AES-128-GCM: throughput over the size of writes",
        cases: "tcp/oneway/aes128gcm/",
        x: "bytes written and read at once",
    },
    Series {
        file: "both.svg",
        title: "Both ways at once over TCP, AES-128-GCM: throughput over the size of writes",
        cases: "tcp/both/aes128gcm/",
        x: "bytes written and read at once",
    },
    Series {
        file: "threads.svg",
        title: "One way over TCP on several connections, two threads each",
        cases: "tcp/threads/aes128gcm/",
        x: "connections",
    },
    Series {
        file: "connections.svg",
        title: "Messages of 1 KiB there and back on many connections, two threads with poll(2)",
        cases: "connections/",
        x: "connections",
    },
];

/// Writes into `folder` what the cases that were run have to show.
pub(crate) fn write(folder: &Path, outcomes: &[Outcome]) -> Result<Vec<Plot>> {
    let mut written = Vec::new();
    for series in SERIES {
        let lines = over_numbers(outcomes, series.cases);
        if lines.iter().any(|(_, points)| points.len() > 1) {
            let unit = outcomes.iter().find(|outcome| outcome.case.id.starts_with(series.cases));
            let y = axis(unit.map_or(Unit::BytesPerSecond, |outcome| outcome.case.unit));
            draw(&folder.join(series.file), series.title, series.x, y, &lines, true, &number)?;
            written.push(Plot { file: series.file, title: series.title });
        }
    }
    if let Some(outcome) = outcomes.iter().find(|outcome| outcome.case.id == "tcp/latency/64") {
        let plot = Plot { file: "latency.svg", title: "Ping-pong of 64 bytes over TCP: percentiles of the round trip" };
        let lines: Vec<Line> = outcome.entrants.iter().map(|entry| (entry.name.clone(), percentiles(entry))).collect();
        let name = |x: &f64| PERCENTILES.get(index(*x)).map_or_else(String::new, |name| (*name).to_owned());
        draw(&folder.join(plot.file), plot.title, "percentile", "microseconds", &lines, false, &name)?;
        written.push(plot);
    }
    let idle: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.case.id.starts_with("idle/")).collect();
    if !idle.is_empty() {
        let plot = Plot { file: "memory.svg", title: "Heap of an idle session" };
        let bars: Vec<(String, f64)> = idle
            .iter()
            .flat_map(|outcome| {
                let kind = outcome.case.id.trim_start_matches("idle/");
                let bar = |entry: &Entry| Some((format!("{} {kind}", entry.name), entry.summary()?.median));
                outcome.entrants.iter().filter_map(bar).collect::<Vec<_>>()
            })
            .collect();
        bar_chart(&folder.join(plot.file), plot.title, "bytes", &bars)?;
        written.push(plot);
    }
    Ok(written)
}

const PERCENTILES: [&str; 4] = ["p50", "p90", "p99", "p99.9"];

fn percentiles(entry: &Entry) -> Vec<(f64, f64)> {
    let of = |name: &str| if name == "p50" { entry.summary() } else { entry.more(name) };
    let point = |(place, name): (u32, &&str)| Some((f64::from(place), of(name)?.median / 1e3));
    (0..).zip(&PERCENTILES).filter_map(point).collect()
}

/// A line for each entrant, a point for each case whose name is `prefix` and a number.
fn over_numbers(outcomes: &[Outcome], prefix: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for outcome in outcomes {
        let Some(x) = outcome.case.id.strip_prefix(prefix).and_then(|rest| rest.parse().ok()) else { continue };
        for entry in &outcome.entrants {
            let Some(summary) = entry.summary() else { continue };
            let point = (x, scaled(outcome.case.unit, summary.median));
            match lines.iter_mut().find(|(name, _)| *name == entry.name) {
                Some((_, points)) => points.push(point),
                None => lines.push((entry.name.clone(), vec![point])),
            }
        }
    }
    lines
}

fn scaled(unit: Unit, value: f64) -> f64 {
    if unit == Unit::BytesPerSecond { value / 1e6 } else { value }
}

fn axis(unit: Unit) -> &'static str {
    match unit {
        Unit::BytesPerSecond => "MB/s",
        Unit::HandshakesPerSecond => "handshakes per second",
        Unit::MessagesPerSecond => "messages per second",
        Unit::Nanoseconds => "nanoseconds",
        Unit::Bytes => "bytes",
    }
}

/// 1048576 as 1M.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as plotters calls it")]
fn number(x: &f64) -> String {
    let x = *x;
    match x {
        _ if x >= 1_048_576.0 => format!("{:.0}M", x / 1_048_576.0),
        _ if x >= 1024.0 => format!("{:.0}K", x / 1024.0),
        _ => format!("{x:.0}"),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
fn index(x: f64) -> usize {
    x.round().max(0.0) as usize
}

/// Colours that differ for those who see fewer of them as well.
const COLOURS: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
    RGBColor(150, 150, 60),
    RGBColor(110, 60, 160),
    RGBColor(130, 70, 20),
];

fn draw(
    file: &Path,
    title: &str,
    x: &str,
    y: &str,
    lines: &[Line],
    logarithmic: bool,
    label: &dyn Fn(&f64) -> String,
) -> Result<()> {
    let points = || lines.iter().flat_map(|(_, points)| points);
    let (low, high) = points().fold((f64::MAX, f64::MIN), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
    let top = points().fold(0.0, |top: f64, (_, y)| top.max(*y)) * 1.3;
    let bottom = points().fold(f64::MAX, |bottom, (_, y)| bottom.min(*y)) * 0.7;
    let area = SVGBackend::new(file, (800, 450)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut builder = ChartBuilder::on(&area);
    builder.caption(title, ("sans-serif", 17)).margin(12).margin_right(30).x_label_area_size(40).y_label_area_size(70);
    // Two kinds of axes are two types; what is drawn on them is the same.
    macro_rules! on {
        ($chart:expr) => {{
            let mut chart = $chart;
            let ticks = points().map(|(x, _)| x.to_bits()).collect::<std::collections::BTreeSet<u64>>().len();
            let mut mesh = chart.configure_mesh();
            mesh.x_desc(x)
                .y_desc(y)
                .x_labels(ticks.max(2))
                .x_label_formatter(label)
                .y_label_formatter(&|y| format!("{y}"))
                .light_line_style(WHITE)
                .draw()?;
            for ((name, points), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
                let drawn = chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)).point_size(3))?;
                drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
            }
            let mut legend = chart.configure_series_labels();
            legend
                .position(SeriesLabelPosition::LowerRight)
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK)
                .draw()?;
        }};
    }
    if logarithmic {
        let x = (low..high * 1.01).log_scale().base(2.0);
        on!(builder.build_cartesian_2d(x, (bottom..top).log_scale())?);
    } else {
        on!(builder.build_cartesian_2d(low..high, (bottom..top).log_scale())?);
    }
    Ok(area.present()?)
}

fn bar_chart(file: &Path, title: &str, y: &str, bars: &[(String, f64)]) -> Result<()> {
    let top = bars.iter().fold(1.0, |top: f64, (_, value)| top.max(*value)) * 1.1;
    let area = SVGBackend::new(file, (800, 450)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut builder = ChartBuilder::on(&area);
    builder.caption(title, ("sans-serif", 17)).margin(12).margin_right(30).x_label_area_size(40).y_label_area_size(70);
    let mut chart = builder.build_cartesian_2d((0..bars.len().saturating_sub(1)).into_segmented(), 0.0..top)?;
    let name = |place: &SegmentValue<usize>| match place {
        SegmentValue::CenterOf(index) => bars.get(*index).map_or_else(String::new, |(name, _)| name.clone()),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .y_desc(y)
        .y_label_formatter(&|y| format!("{y}"))
        .light_line_style(WHITE)
        .x_labels(bars.len())
        .x_label_formatter(&name)
        .disable_x_mesh()
        .draw()?;
    chart.draw_series((0..).zip(bars).map(|(index, (_, value))| {
        let colour = COLOURS[index % 2];
        let corners = [(SegmentValue::Exact(index), 0.0), (SegmentValue::Exact(index + 1), *value)];
        let mut bar = Rectangle::new(corners, colour.filled());
        bar.set_margin(0, 0, 20, 20);
        bar
    }))?;
    Ok(area.present()?)
}
