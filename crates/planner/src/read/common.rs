//! Common English words that lie one letter away from a word of the catalogue, and so must not be corrected to it.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether no correction may touch the word, or the word whose plural or third person it is.
pub(crate) fn is_common(word: &str) -> bool {
    COMMON.contains(word) || word.strip_suffix('s').is_some_and(|singular| COMMON.contains(singular))
}

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_ascii_whitespace().collect());

const WORDS: &str = "
    able about above account again alone along also among amount apple area away back base bass batch best bill
    boat book both bots bring build cable card care cart cases cause chair char charge chart chat chats cheap
    clean clear clerk clock close cloud come company contact cool copy cost could count country county course
    cover crate cream create currency customer customers daily dairy date deal dear deep discount does done
    door down draft drive each early east easy email emails error even event ever extra fable face fact fail
    fails fair fall fast faster fault feel fell field fight filed fill film final fine fire firm first five
    flat flow food foot form found four free from front full fund game girl give glad goal gold gone good great
    green half hand hard have head hear heat heavy held hell help here high hold home hope horse hose hours
    house invoice invoices itch item justify keep kind know land large last late later lead leads least leave
    left lend less level lick life light like line live local long lose loss lost love lower mails make male
    males many mark mass massage master mean meet mend mess might mind mine miss mode monday mood moon more
    most move much must nails name names near never next nice night nine none north note notice number once
    only order orders other ours over owner page paid part pass passage past patch payment payments peace piece
    place plan plane plant play poem point poor port pose posts power press price prices prize product products
    pulse queue quick quiet quite rate rather raw reach reads ready real rest rich ride right rise road roads
    role room rose route rule sack safe said sale sales same sand save scene score seed seen self sell sense
    sent serve seven shack shall shape share sheep sheet shirt shoe shop short shot should show side sign since
    sing site size skill sleep slick slide slides slip slow smack small smart snack snow soft sold some song
    soon sort sound south space spend spot stack staff stage stale stand star start state status stay steal
    step still stone stop store story style such sure table tables take talk tall task team term test text than
    thank that their them then there these they thin thing think this those three threw throw ticket tickets
    till time tired title today told took total touch tow town trade train tree true trust turn type under unit
    until upon user users usual value very view visit voice vote waist waiter waits wake walk wall want warm
    waste watch water weak wear weather week weight well went were west what wheel where which while white
    whole whose wide wife wild will wind wish with women wood word words work world worth would write wrong
    year young your yours zero country region website site server offline online join standup speaks trends
";
