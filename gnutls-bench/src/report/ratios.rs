//! The figures that have a bar to reach.

use crate::measure::{Entry, Outcome};
use crate::stats::Summary;

/// A figure.
pub(crate) struct Ratio {
    /// Its name in the JSON.
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) bar: Bar,
    how: How,
    case: &'static str,
    ours: &'static str,
    /// With several of the same kind, the best of them counts.
    others: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bar {
    AtLeast(f64),
    AtMost(f64),
    /// Reported, whatever it is.
    None,
}

/// How a figure is made of ours and the other's.
#[derive(Clone, Copy)]
enum How {
    /// Ours divided by the other's: more is better.
    Rate,
    /// The other's divided by ours: less is better.
    Time,
    /// Ours minus the other's.
    Difference,
}

/// A figure that was measured.
pub(crate) struct Measured {
    pub(crate) ratio: &'static Ratio,
    /// Who of the others was the best.
    pub(crate) against: String,
    pub(crate) summary: Summary,
}

impl Measured {
    /// None without a bar.
    pub(crate) fn is_met(&self) -> Option<bool> {
        match self.ratio.bar {
            Bar::AtLeast(bar) => Some(self.summary.median >= bar),
            Bar::AtMost(bar) => Some(self.summary.median <= bar),
            Bar::None => None,
        }
    }
}

/// The figures in the order in which they are shown.
#[rustfmt::skip]
pub(crate) const RATIOS: &[Ratio] = &[
    rate("oneway_vs_c", "one way over loopback TCP, 16 KiB writes, ours / the C loop", Bar::AtLeast(1.15), "tcp/oneway/aes128gcm/16384", "ours", &["c", "c-poll"]),
    rate("small_vs_c", "one way, 64-byte writes and reads, ours / the C loop", Bar::AtLeast(1.0), "tcp/oneway/aes128gcm/64", "ours", &["c", "c-poll"]),
    Ratio { how: How::Time, ..rate("latency_vs_c", "ping-pong p50 latency, the C loop / ours", Bar::AtLeast(0.98), "tcp/latency/64", "ours", &["c", "c-poll"]) },
    rate("duplex_vs_mutex", "both ways at once on one session in memory, ours / one mutex", Bar::AtLeast(1.9), "memory/both/aes128gcm/16384", "ours", &["ours-mutex", "c-mutex"]),
    rate("duplex_vs_two", "the same, ours / two independent sessions", Bar::AtLeast(0.95), "memory/both/aes128gcm/16384", "ours", &["ours-two", "c-two"]),
    rate("oneway_vs_cipher", "one way in memory, ours / the bare AEAD of GnuTLS at 16 KiB", Bar::AtLeast(0.9), "memory/oneway/aes128gcm/16384", "ours", &["aead"]),
    rate("duplex_vs_openssl", "both ways over loopback TCP, ours / openssl behind a mutex", Bar::AtLeast(1.3), "tcp/both/aes128gcm/16384", "ours", &["openssl-mutex"]),
    rate("duplex_vs_rustls_mutex", "the same, ours / rustls 0.23 behind a mutex", Bar::AtLeast(1.3), "tcp/both/aes128gcm/16384", "ours", &["rustls-mutex"]),
    rate("duplex_vs_rustls_split", "the same, ours / rustls 0.24 split", Bar::None, "tcp/both/aes128gcm/16384", "ours", &["rustls-split"]),
    rate("duplex_vs_s2n", "the same, ours / the halves of s2n-tls", Bar::None, "tcp/both/aes128gcm/16384", "ours", &["s2n-halves"]),
    rate("tokio_vs_std", "the same, ours for tokio / ours for threads", Bar::AtLeast(0.9), "tcp/both/aes128gcm/16384", "ours-tokio", &["ours"]),
    rate("tokio_vs_tokio_rustls", "the same, ours for tokio / tokio-rustls", Bar::AtLeast(1.0), "tcp/both/aes128gcm/16384", "ours-tokio", &["tokio-rustls"]),
    rate("tokio_vs_tokio_openssl", "the same, ours for tokio / tokio-openssl", Bar::AtLeast(1.0), "tcp/both/aes128gcm/16384", "ours-tokio", &["tokio-openssl"]),
    rate("handshake_vs_c", "full handshakes per second, ours / C", Bar::AtLeast(0.99), "handshake/ecdsa", "ours", &["c"]),
    Ratio { how: How::Difference, ..rate("idle_bytes_over_c", "bytes of memory per idle session, ours - C", Bar::AtMost(1024.0), "idle/used", "ours", &["c"]) },
    rate("rekey_cost", "throughput with a key update every second / without", Bar::AtLeast(0.98), "tcp/rekey/aes128gcm/16384", "ours-rekey", &["ours"]),
];

const fn rate(
    key: &'static str,
    title: &'static str,
    bar: Bar,
    case: &'static str,
    ours: &'static str,
    others: &'static [&'static str],
) -> Ratio {
    Ratio { key, title, bar, how: How::Rate, case, ours, others }
}

/// Those figures whose cases were run.
pub(crate) fn of(outcomes: &[Outcome]) -> Vec<Measured> {
    RATIOS.iter().filter_map(|ratio| measure(ratio, outcomes)).collect()
}

fn measure(ratio: &'static Ratio, outcomes: &[Outcome]) -> Option<Measured> {
    let outcome = outcomes.iter().find(|outcome| outcome.case.id == ratio.case)?;
    let entry = |name: &str| outcome.entrants.iter().find(|entry| entry.name == name);
    let ours = entry(ratio.ours)?;
    let against = |name: &&str| -> Option<Measured> {
        let other = entry(name)?;
        Some(Measured { ratio, against: other.name.clone(), summary: compare(ratio.how, ours, other)? })
    };
    let measured = ratio.others.iter().filter_map(against);
    let better = |one: &Measured, other: &Measured| one.summary.median.total_cmp(&other.summary.median);
    match ratio.how {
        How::Difference => measured.max_by(better),
        How::Rate | How::Time => measured.min_by(better),
    }
}

/// Round by round: what disturbs a round disturbs both.
fn compare(how: How, ours: &Entry, other: &Entry) -> Option<Summary> {
    let pairs = ours.values().into_iter().zip(other.values());
    let values = pairs.map(|(ours, other)| match how {
        How::Rate => ours / other,
        How::Time => other / ours,
        How::Difference => ours - other,
    });
    Summary::of(&values.collect::<Vec<f64>>())
}
