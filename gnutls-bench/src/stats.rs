//! Medians and spreads.

/// What is left of several measurements of the same thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Half of the measurements lie between these two.
    pub(crate) quartiles: (f64, f64),
}

impl Summary {
    /// None without values.
    pub(crate) fn of(values: &[f64]) -> Option<Summary> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Summary {
            median: at(&sorted, 0.5)?,
            min: *sorted.first()?,
            max: *sorted.last()?,
            quartiles: (at(&sorted, 0.25)?, at(&sorted, 0.75)?),
        })
    }
}

/// The value below which the `share` of `sorted` lies, interpolated.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index, and a share between 0 and 1"
)]
pub(crate) fn at(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let summary = Summary::of(&[4.0, 1.0, 2.0, 3.0]).expect("values");
        assert!((summary.median - 2.5).abs() < 1e-9);
        assert!((summary.min - 1.0).abs() < 1e-9 && (summary.max - 4.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_has_no_median() {
        assert!(Summary::of(&[]).is_none());
    }
}
