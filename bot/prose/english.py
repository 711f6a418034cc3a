"""English word classes that the prose rules share: verbs of speech, pronouns and the like.

Sentences use them to keep ``"Well?" Hux asked`` whole, the paragraph finder
to tell a tag from narration, and the name finder to tell a person from a place.
"""


def word_set(words: str) -> frozenset[str]:
    """Give the words of a list written as running text."""
    return frozenset(words.split())


# Verbs that leave no doubt, even where the sentence could be an action of its own.
PLAIN_SPEECH_VERBS = word_set("""
    said says asked asks replied replies answered answers whispered whispers murmured murmurs
    muttered mutters mumbled mumbles yelled yells shouted shouts exclaimed exclaims cried cries
    continued continues added adds called calls retorted retorts drawled drawls stammered stammers
    demanded demands insisted insists hissed hisses growled growls snapped snaps
""")
# Verbs that introduce speech, but also tell what somebody did.
_OTHER_SPEECH_VERBS = word_set("""
    admits admitted agrees agreed announces announced apologises apologised apologizes apologized
    argues argued assures assured babbles babbled barks barked begins began begs begged bellows
    bellowed bleats bleated blurts blurted boasts boasted breathes breathed cackles cackled
    cautions cautioned chides chided chimes chimed chirps chirped chokes choked chuckles chuckled
    coaxes coaxed comments commented complains complained concedes conceded concludes concluded
    confesses confessed confirms confirmed coos cooed corrects corrected counters countered croaks
    croaked croons crooned declares declared denies denied echoes echoed encourages encouraged
    enquires enquired explains explained falters faltered finishes finished fumes fumed gasps
    gasped giggles giggled greets greeted groans groaned grumbles grumbled grunts grunted guesses
    guessed howls howled huffs huffed hums hummed implores implored informs informed inquires
    inquired interjects interjected interrupts interrupted intones intoned jokes joked laments
    lamented laughs laughed lies lied manages managed marvels marvelled marveled moans moaned mocks
    mocked mourns mourned muses mused notes noted objects objected observes observed offers offered
    orders ordered persists persisted pipes piped pleads pleaded points pointed pouts pouted prays
    prayed presses pressed proclaims proclaimed prods prodded promises promised prompts prompted
    proposes proposed protests protested purrs purred queries queried quips quipped rasps rasped
    reasons reasoned reassures reassured recites recited remarks remarked reminds reminded repeats
    repeated roars roared scoffs scoffed scolds scolded screams screamed shrieks shrieked sighs
    sighed simpers simpered slurs slurred snarls snarled sneers sneered sniffs sniffed snorts
    snorted sobs sobbed speaks spits spat splutters spluttered sputters sputtered squeaks squeaked
    states stated stutters stuttered suggests suggested supplies supplied swears swore taunts
    taunted teases teased tells thanks thanked thought thinks thunders thundered told urges urged
    ventures ventured volunteers volunteered vows vowed wails wailed warns warned whimpers
    whimpered whines whined wonders wondered wrote writes yelps yelped
""")
SPEECH_VERBS = PLAIN_SPEECH_VERBS | _OTHER_SPEECH_VERBS
# The same speaker goes on, though each quotation has its tag.
CONTINUING_VERBS = word_set(
    "continued continues added adds finished finishes concluded concludes went goes"
)

# Words that stand before a name, or for one ("the General").
TITLES = word_set("""
    admiral agent ambassador baron baroness brigadier brother bishop captain cardinal chancellor
    chief colonel commander commandant commodore constable corporal count countess dame deacon
    detective director doctor dr don duchess duke earl elder emperor empress ensign father general
    governor grandmaster headmaster headmistress her highness his inspector judge king lady leader
    lieutenant lord ma'am madam madame mademoiselle magister major marquess marquis marshal master
    matron mayor minister miss mister mistress monsieur mother mr mrs ms mx nurse officer pastor
    president prince princess principal private prof professor queen reverend saint secretary
    senator sergeant sheikh sheriff sir sister sultan superintendent supreme tsar uncle aunt auntie
    viscount warden grandpa grandma grandfather grandmother granny herr frau fräulein señor señora
    signor signora capt col gen lt sgt rev cmdr maj
""") - {"her", "his"}
PERSON_NOUNS = word_set("""
    man woman boy girl child kid lad lass gentleman lady person stranger soldier knight guard driver
    doctor nurse teacher student servant maid butler priest sailor pilot officer clerk waiter
    waitress bartender shopkeeper boss father mother dad mum mom brother sister son daughter husband
    wife friend lover partner youth fellow chap guy dude voice witch wizard vampire wolf dragon
    demon angel droid robot android trooper witness others other elder younger taller older
    redhead blond blonde brunette detective inspector captain general king queen prince princess
""")
SUBORDINATORS = word_set(
    "as when while after before if though although since until because once whenever where"
)
