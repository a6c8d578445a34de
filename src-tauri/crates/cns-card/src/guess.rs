//! What somebody would try first: runs, dates, and the numbers that stand on the card.

use time::Date;

/// Digits that a PIN should have nothing to do with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guess {
    digits: Vec<u8>,
    /// Whether a PIN that holds all these digits, and others beside them, is as easy to guess.
    with_others_too: bool,
}

impl Guess {
    /// Whether the PIN is a piece of these digits, or has them as a piece.
    pub(crate) fn hits(&self, pin: &[u8]) -> bool {
        is_piece(pin, &self.digits)
            || (self.with_others_too && self.digits.len() >= SHORTEST && is_piece(&self.digits, pin))
    }
}

/// Whether each digit follows the one before it by the same step of one or two, up or down; 0 follows 9.
///
/// Steps of two are the rows `13579` and `24680`, which come to people's minds. Steps of three and more do not.
pub(crate) fn is_run(pin: &[u8]) -> bool {
    [1, 2, 8, 9].into_iter().any(|step| {
        pin.windows(2)
            .all(|pair| (pair[0].wrapping_sub(b'0') + step) % 10 == pair[1].wrapping_sub(b'0'))
    })
}

/// The birth date as people write it: day, month and year in each usual order, the year with two digits and with four,
/// day and month with their zeros and without.
///
/// Where the date itself is not known, the codice fiscale tells it but for the century.
pub(crate) fn birth_date(date: Option<Date>, codice_fiscale: Option<&str>) -> Vec<Guess> {
    let dates = match date {
        Some(date) => vec![(date.day(), u8::from(date.month()), date.year())],
        None => codice_fiscale
            .and_then(date_in)
            .map_or(Vec::new(), |(day, month, year)| {
                vec![(day, month, 1900 + year), (day, month, 2000 + year)]
            }),
    };
    let mut guesses = Vec::new();
    for (day, month, year) in dates {
        let days = [format!("{day:02}"), day.to_string()];
        let months = [format!("{month:02}"), month.to_string()];
        let years = [format!("{year:04}"), format!("{:02}", year.rem_euclid(100))];
        for (day, month) in days.iter().zip(&months) {
            for year in &years {
                for order in [
                    [day, month, year],
                    [month, day, year],
                    [year, month, day],
                    [year, day, month],
                ] {
                    guesses.push(Guess {
                        digits: order.map(String::as_str).concat().into_bytes(),
                        with_others_too: true,
                    });
                }
            }
        }
    }
    guesses
}

/// The groups of digits in the codice fiscale, two or more of them in any order, and all its digits as they stand.
pub(crate) fn codice_fiscale(code: &str) -> Vec<Guess> {
    let mut guesses = Vec::new();
    for code in [code.to_owned(), without_substitutes(code)] {
        let groups: Vec<&str> = code
            .split(|character: char| !character.is_ascii_digit())
            .filter(|group| !group.is_empty())
            .take(MOST_GROUPS)
            .collect();
        for arrangement in arrangements(&groups) {
            let guess = Guess {
                digits: arrangement.into_bytes(),
                with_others_too: true,
            };
            if guess.digits.len() >= SHORTEST && !guesses.contains(&guess) {
                guesses.push(guess);
            }
        }
    }
    guesses
}

/// The card's number of 16 digits, and the number of 20 digits on the back that is made from it.
pub(crate) fn card_number(id: &str) -> Vec<Guess> {
    let digits: Vec<u8> = id.bytes().filter(u8::is_ascii_digit).collect();
    let mut numbers = vec![PRINTED_PREFIX.to_vec()];
    if let Some(middle) = digits.get(1..13) {
        let mut printed = [PRINTED_PREFIX, middle].concat();
        printed.push(luhn(&printed));
        numbers = vec![printed];
    }
    numbers.push(digits);
    numbers
        .into_iter()
        .map(|digits| Guess {
            digits,
            with_others_too: false,
        })
        .collect()
}

fn is_piece(piece: &[u8], whole: &[u8]) -> bool {
    !piece.is_empty() && whole.windows(piece.len()).any(|window| window == piece)
}

/// Every order of every selection of the groups.
fn arrangements(groups: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let others: Vec<&str> = groups
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, other)| *other)
            .collect();
        all.push((*group).to_owned());
        all.extend(
            arrangements(&others)
                .into_iter()
                .map(|rest| format!("{group}{rest}")),
        );
    }
    all
}

/// Day, month and the last two digits of the year, as the codice fiscale writes them; women have 40 added to the day.
fn date_in(code: &str) -> Option<(u8, u8, i32)> {
    let code = without_substitutes(code);
    let year: i32 = code.get(6..8)?.parse().ok()?;
    let month = MONTHS.find(code.get(8..9)?)?;
    let day: u8 = code.get(9..11)?.parse().ok()?;
    let day = if day > 40 { day - 40 } else { day };
    Some((day, u8::try_from(month).ok()? + 1, year))
}

/// The codice fiscale with its digits back in place: where two people would have had the same one, letters stand for
/// some of them (decreto del Ministro delle finanze 23 dicembre 1976, art. 6).
fn without_substitutes(code: &str) -> String {
    code.chars()
        .enumerate()
        .map(|(at, character)| {
            let substituted = SUBSTITUTES
                .find(character)
                .filter(|_| PLACES_OF_DIGITS.contains(&at))
                .and_then(|value| u32::try_from(value).ok())
                .and_then(|value| char::from_digit(value, 10));
            substituted.unwrap_or(character)
        })
        .collect()
}

/// The check digit of ISO/IEC 7812-1 annex B.
fn luhn(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            let value = if at % 2 == 0 { 2 * value } else { value };
            value / 10 + value % 10
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).map_or(b'0', |digit| b'0' + digit)
}

/// The shortest PIN.
const SHORTEST: usize = 5;
/// A codice fiscale has three groups of digits; an odd one is not given more of our time.
const MOST_GROUPS: usize = 4;
/// Italy, in the number of the European health insurance card.
const PRINTED_PREFIX: &[u8] = b"8038000";
const MONTHS: &str = "ABCDEHLMPRST";
const SUBSTITUTES: &str = "LMNPQRSTUV";
const PLACES_OF_DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_on_the_back_is_made_from_the_one_in_the_chip() {
        let numbers = card_number("6999000000123455");
        assert_eq!(numbers[0].digits, b"80380009990000001232");
    }

    #[test]
    fn the_codice_fiscale_tells_the_birth_date_of_men_and_women() {
        assert_eq!(date_in("RSSMRA85T47Z999C"), Some((7, 12, 85)));
        assert_eq!(date_in("RSSMRA85T07Z999X"), Some((7, 12, 85)));
        assert_eq!(
            date_in("RSSMRAURT0TZ999X"),
            Some((7, 12, 85)),
            "with letters for 8, 5 and 7"
        );
        for odd in ["", "90012345678", "RSSMRA85X47Z999C", "àààààààààààààààà"] {
            assert_eq!(date_in(odd), None, "{odd}");
        }
    }

    #[test]
    fn three_groups_have_fifteen_arrangements() {
        assert_eq!(arrangements(&["1", "2", "3"]).len(), 15);
    }
}
