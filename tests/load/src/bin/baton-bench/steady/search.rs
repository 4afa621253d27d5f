//! Which rate is tried next: it doubles until one is missed, then the gap between the highest that
//! was met and the lowest that was missed is halved. Pure; trying is left to `step`.

/// How far the search is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    rate: f64,
    good: Option<f64>,
    bad: Option<f64>,
    halvings: u32,
}

impl Search {
    /// Begins at a rate; so many halvings follow the doubling.
    pub(super) const fn new(from: f64, halvings: u32) -> Self {
        Self { rate: from, good: None, bad: None, halvings }
    }

    /// The rate that is to be tried.
    pub(super) const fn rate(&self) -> f64 {
        self.rate
    }

    /// The highest rate that was met.
    pub(super) const fn good(&self) -> Option<f64> {
        self.good
    }

    /// Goes on after a trial; whether there is another one.
    pub(super) fn tried(&mut self, is_met: bool) -> bool {
        if is_met {
            self.good = Some(self.rate);
        } else {
            self.bad = Some(self.rate);
        }
        let next = match (self.good, self.bad) {
            (Some(good), None) => good * 2.0,
            (None, _) => (self.rate / 2.0).floor(),
            (Some(_), Some(_)) if self.halvings == 0 => return false,
            (Some(good), Some(bad)) => {
                self.halvings -= 1;
                f64::midpoint(good, bad).round()
            }
        };
        let is_new = [self.good, self.bad].iter().flatten().all(|tried| (tried - next).abs() > 0.5);
        self.rate = next;
        is_new && next >= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates that are tried at a system that bears so many a second.
    fn rates(from: f64, halvings: u32, bears: f64) -> (Vec<f64>, Option<f64>) {
        let mut search = Search::new(from, halvings);
        let mut rates = vec![search.rate()];
        while search.tried(search.rate() <= bears) {
            rates.push(search.rate());
        }
        (rates, search.good())
    }

    #[test]
    fn it_closes_in_on_the_highest_rate() {
        assert_eq!(
            rates(50.0, 3, 170.0),
            (vec![50.0, 100.0, 200.0, 150.0, 175.0, 163.0], Some(163.0))
        );
        assert_eq!(rates(50.0, 1, 20.0), (vec![50.0, 25.0, 12.0, 19.0], Some(19.0)));
    }

    #[test]
    fn it_ends_where_there_is_nothing_between() {
        assert_eq!(rates(2.0, 9, 3.0).1, Some(3.0));
        assert_eq!(rates(8.0, 9, 0.0), (vec![8.0, 4.0, 2.0, 1.0], None));
    }
}
