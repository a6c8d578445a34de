//! What a session token looks like to one who does not know it.

/// Words that look like a session token or a one-time code: 43 or more characters of base64url, of every sort.
pub fn tokens(text: &str) -> Vec<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let sorts: [fn(char) -> bool; 3] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
    ];
    let is_token = |word: &&str| word.len() >= 43 && sorts.iter().all(|sort| word.contains(*sort));
    text.split(|letter| !is_part(letter)).filter(is_token).collect()
}
