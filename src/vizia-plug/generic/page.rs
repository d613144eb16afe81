//! Which parameters stand together: pages of cards, by the parameters' groups.

use crate::param::Parameter;

/// The parameters of one group of the second level.
#[derive(Clone)]
pub(super) struct Card {
    pub(super) title: String,
    pub(super) parameters: Vec<Parameter>,
}

/// The cards of one group of the first level.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) cards: Vec<Card>,
}

impl Page {
    /// Returns the switch that turns the whole page on and off: the one called "On" on the page's own card.
    pub(super) fn switch(&self) -> Option<&Parameter> {
        let own = self.cards.iter().find(|card| card.title == self.title)?;
        let place = format!("{} {}", self.title, own.title);
        own.parameters
            .iter()
            .find(|parameter| parameter.is_switch() && caption(parameter.name(), &place) == "On")
    }
}

/// Sorts parameters by the first part of their group, then by the rest, in the order of first appearance.
pub(super) fn pages<'a>(parameters: impl Iterator<Item = &'a Parameter>) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for parameter in parameters.filter(|parameter| !parameter.is_hidden()) {
        let (page, card) = parameter.group().split_once('/').unwrap_or((parameter.group(), ""));
        let title = if page.is_empty() { "General" } else { page };
        let card = if card.is_empty() { title.to_owned() } else { card.replace('/', " · ") };
        let page = found(
            &mut pages,
            |page| page.title == title,
            || Page { title: title.to_owned(), cards: Vec::new() },
        );
        let card = found(
            &mut page.cards,
            |c| c.title == card,
            || Card { title: card.clone(), parameters: Vec::new() },
        );
        card.parameters.push(parameter.clone());
    }
    pages
}

fn found<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, new: impl Fn() -> T) -> &mut T {
    let index = list.iter().position(is).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    });
    &mut list[index]
}

/// Returns a name without the words that page and card already say: "EQ 1 Gain" on the card "Band 1" of "EQ" is "Gain".
pub(super) fn caption(name: &str, place: &str) -> String {
    let known = |word: &str| place.split_whitespace().any(|w| w == word);
    let mut rest = name;
    while let Some((word, after)) = rest.split_once(' ')
        && known(word)
    {
        rest = after;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_leave_out_what_the_place_says() {
        for (name, place, shown) in [
            ("EQ 1 Gain", "EQ Band 1", "Gain"),
            ("Limiter Look-ahead", "Limiter Limiter", "Look-ahead"),
            ("Input Gain", "Main Main", "Input Gain"),
            ("Stereo", "Stereo Stereo", "Stereo"),
            ("Drive", "Drive Drive", "Drive"),
            ("", "", ""),
        ] {
            assert_eq!(caption(name, place), shown, "{name} in {place}");
        }
    }
}
