"""Words that tell a person's name from the other capitals of an English text."""

from bot.prose.english import PERSON_NOUNS, word_set

# Capitalised or not, these are nobody's name.
NO_NAMES = word_set("""
    i a an the and or but nor so yet if as at by for from in into of off on onto out over to up
    with within without he she it we you they him her them us me his hers its our ours your yours
    my mine their theirs this that these those who whom whose which what when where why how all any
    both each either neither few many more most much none nobody nothing one other others some such
    another every everyone everything everybody someone somebody something anybody anyone anything
    not no
    old young little poor big dead yes yeah yep nope nah ok okay oh ah aye hey hi hello hm hmm huh
    uh um er well please thanks thank sorry goodbye bye god goddess christ jesus heaven heavens hell
    lord damn dear love darling honey sweetheart sweetie baby babe sir madam ma'am miss mister there
    here now then thus hence
    again also always never often sometimes soon still just only even ever too very quite rather
    am pm several fourth fifth sixth seventh eighth ninth tenth
    alright fuck fucking shit crap damnit dammit bloody kriff jeez jesus gosh wow whoa woah ugh argh
    tch tsk ha haha heh pfft psst shh shush hush bro dude man mate guys boys girls ladies gentlemen
    kid kiddo pal buddy dearest beloved gorgeous careful easy quick quiet relax wonderful great nice
    good perfect brilliant fascinating absolutely exactly precisely obviously seriously honestly
    nonsense rubbish bullshit interesting impossible ridiculous enough cheers whatever anyway nope
    outside inside upstairs downstairs nearby overhead ahead beyond behind elsewhere above below
    together alone neither men women children folk folks police
    almost perhaps maybe indeed instead meanwhile however therefore moreover otherwise anyway
    besides finally suddenly slowly quickly eventually afterwards afterward later before after
    during while until since because although though unless whether whatever whenever wherever
    whoever is are was were be been being am do does did done have has had having can could
    might must shall should would let's let come go get look wait stop listen tell see think
    know want need take give make put keep leave stay remember forget try good bad great fine right
    wrong true false real sure certainly course first second third last next two three four five
    six seven eight nine ten hundred thousand million once twice today tomorrow yesterday tonight
    morning afternoon evening night day week month year time moment monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september october
    november december spring winter christmas easter halloween thanksgiving hanukkah
    english french german spanish italian american british irish scottish welsh russian chinese
    japanese korean indian greek roman latin dutch danish swedish norwegian polish turkish arab
    arabic jewish christian muslim catholic protestant european african asian canadian australian
    mexican egyptian persian hebrew north south east west northern southern eastern western
    earth moon sun mars venus jupiter saturn internet wifi tv ii iii iv vi vii viii chapter part
    prologue epilogue notes note summary disclaimer warning end fin author mum mom dad mama papa
    mummy daddy mother father brother sister aunt uncle grandma grandpa granny grandmother
    grandfather son daughter king queen prince princess emperor empress master mistress doctor
    professor captain general colonel major sergeant lieutenant admiral commander detective
    inspector officer agent president minister mayor senator governor lady duke duchess count
    countess earl baron baroness knight father reverend bishop pope saint witch wizard vampire
    werewolf elf elves dwarf dwarves orc human humans alien dragon demon angel ghost sith jedi
""")

# What may open a sentence right before a name: "Despite Albus".
OPENING = word_set("""
    despite unlike like under through behind beside besides beyond upon around across against among
    along near toward towards past without above below between outside inside except save annoyed
    unfortunately luckily thankfully apparently somehow somewhere sometime thank thanks enter exit
    both only even surely bless poor sweet silly little fair brave
""")

PLACES = word_set("""
    abbey academy airport alley apartment arena avenue bar base bay beach block boulevard bridge
    building bureau cafe café camp canyon castle cathedral cave center central centre church city
    cliff club coast college company corner corporation cottage council county court creek crescent
    deck department desert district dock docks drive empire estate factory falls farm federation
    field fields forest fort fortress gallery garden gardens gate grove guild hall harbor harbour
    heights hill hills hospital hotel house inn institute island islands isle junction kingdom lake
    lane library lodge manor market meadow ministry monastery mount mountain mountains museum ocean
    office order palace park pass peak peninsula pier place plain plains planet plaza point police
    pond pool port prison quarter quarters ranch ravine republic reservation resort ridge river
    road room ruins school sea sector shire shore shop space square stadium starbase state station
    store strait street suite swamp system tavern temple terrace theater theatre tower town trail
    union university valley village wall ward water way wharf wood woods world yard zone
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    day night war battle festival treaty act agency army navy force forces guard legion squadron
    alliance league society order fleet squad clan tribe gang band university inc ltd ship
    cruiser destroyer
""")
PLACE_HEADS = word_set("""
    port mount mt lake saint st fort cape san santa santo los las el new north south east west upper
    lower great little grand old camp planet river point ss hms uss
    team squad operation project
""")

BODY = word_set("""
    ankle arm arms back beard belly blood body bones bosom breast breath brow brows calf cheek
    cheekbone cheekbones cheeks chest chin ear ears elbow elbows eye eyebrow eyebrows eyelids eyes
    face feet finger fingers fingertips fist fists foot forehead gaze glance glare grin grip hair
    hand hands head heart heartbeat heel heels hip hips jaw knee knees knuckles lap laugh laughter
    lashes leg legs lip lips lungs mouth muscles nail nails neck nose palm palms pulse rib ribs
    scowl shoulder shoulders side skin skull smile smirk sob spine stomach stride tears temple
    temples thigh thighs throat thumb toes tongue tone torso voice waist whisper wrist wrists
    expression shirt sleeve collar coat brain mind stance posture frown sigh cloak pocket pockets
    embrace footsteps steps reply answer
""")

# Verbs in the past or present that only somebody does, besides those in -ed.
ACTIONS = word_set("""
    ate awoke beat became began bent bit bled blew bore bought bowed broke brought built burst bade
    came cast caught chose clung crept cut dealt did drank drew drove dug fed fell felt fled flew
    flung forgot forgave fought found froze gave got grabs grew ground held hid hit hung hurt jumps
    kept kicks knelt knew laid lay leant leapt led left lent let lit looked lost made meant met nods
    paid put ran rang read rode rose sang sank sat saw sent set shed shook shot shrank shut slept
    slid slung smelt snuck sought spent spun stands stared stole stood strode struck stuck swallowed
    swam swept swung taught threw took tore trod turned understood went wept woke won wore wound
    wrung asks awakes beats becomes begins bends bites blinks blushes bows breaks breathes brings
    brushes calls carries catches chokes chooses chuckles clears climbs closes comes considers cries
    crosses dances decides does dozes drags draws drinks drops eats enters expects falls feels finds
    flinches follows forces forgets frowns gasps gestures gets gives glances glares goes grins grips
    hangs hates hears helps hesitates hits holds hugs huffs hums jerks keeps kisses knows laughs
    leads leans leaps learns leaves lets lies lifts likes listens looks loses loves makes manages
    meets misses moans moves needs notices nudges offers opens pauses picks points presses pulls
    pushes puts raises reaches reads realises realizes remembers replies reports rests returns rises
    rolls rubs runs scoffs scowls sees seems sends sets settles shakes shifts shivers shoves shows
    shrugs shudders shuts sighs sinks sips sits sleeps slips slides smiles smirks sneers sniffs
    snorts sobs spins stares starts stays steps stirs stops straightens stretches strides strokes
    struggles stumbles swallows takes talks tells thinks throws tightens tilts touches tries
    trembles tugs turns twists understands waits wakes walks wants watches whispers winces wipes
    wishes wonders works yells
""")
# Of these and the others, what neither rain nor footsteps nor panic do, by their first form …
_GESTURES = word_set("""
    accept admire admit admitt+ adore agree announce apologise apologize argue arrange arrive ask
    beam beckon beg begg+ blink blush bother cackle care check chuckle cough crouch curse decide
    demand deserve dislike dress embrace enjoy enter examine expect explain fidget fiddle flinch
    frown gape gasp gaze gesture giggle glance glare glower grimace grin grinn+ grumble grunt guess
    gulp hate hesitate hug hugg+ huff hurry ignore imagine inhale insist inspect introduce invite
    joke jog jogg+ kiss kneel laugh lecture lick listen look love manage marry mime miss mouth
    mumble murmur mutter nod nodd+ notice nudge obey offer order pace peer plead pocket ponder pout
    pray prefer preferr+ pretend promise protest purse quip realise realize recall recognise
    recognize refuse regret relent remark remember reply resist retort salute scoff scold scowl
    scream seethe shout shriek shrug shrugg+ sigh sip sipp+ skip skipp+ smile smirk sneer sniff
    sniffle snigger snicker snort sob sobb+ squint stammer stare stiffen stifle stroll stumble study
    suggest suspect swallow talk tease tense thank try visit vomit wait walk wander want warn watch
    wheeze whimper whine whisper wince wink wish wonder worry yawn yell stomp saunter tiptoe trudge
    limp shuffle sprint swagger curtsy clamber dodge scramble scurry hobble rummage poke prod pat
    patt+ tug tugg+ yank grab grabb+ snatch clutch fumble squirm squeal sulk brood doze yelp slurp
    chew munch nibble swig swigg+ chime sprawl flop flopp+ lounge crane cringe preen strut strutt+
    tut tutt+ tsk hush coo
""")


def _forms(verb: str) -> set[str]:
    """Give a regular verb in the past and present; "nodd+" has the past alone."""
    if verb.endswith("+"):
        return {verb[:-1] + "ed"}
    if verb[-1] == "y" and verb[-2] not in "aeiou":
        return {verb[:-1] + "ies", verb[:-1] + "ied"}
    past = verb + ("d" if verb[-1] == "e" else "ed")
    return {verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s"), past}


GESTURES = frozenset(form for verb in _GESTURES for form in _forms(verb)) | word_set("""
    ate bought chose drank forgave forgot knelt knew knows slept stood sat strode swore taught
    thinks understood understands wept wore spoke speaks grins slipped
""")
# Participles in -ed that describe things as often as they tell what somebody did.
NO_ACTIONS = word_set("""
    based called named united used supposed located armed aged blessed cursed sacred wicked naked
    need indeed seed speed bleed breed feed hundred red bed shed
    collapsed loomed stretched crumbled lasted ended burned rained
""")
# What is done to somebody, or in company: "told Ben", "with Ben" after "danced" …
MEETING = word_set("""
    told tells tell asked asks ask thanked thanks reminded reminds assured assures kissed kisses
    kiss hugged hugs hug married marries marry met meets meet greeted greets warned warns begged
    begs joined joins followed follows helped helps help pushed pushes shoved shoves pulled pulls
    grabbed grabs hit hits slapped slaps punched punches woke wakes loved loves love hated hates
    hate liked likes missed misses trusted trusts trust blamed blames forgave forgives ignored
    ignores watched watches saw sees let lets let's made makes gave gives handed hands showed shows
    taught teaches led leads sent sends introduced introduces interrupted interrupts teased teases
    congratulated hushed shushed nudged nudges elbowed dragged drags held holds carried carries
    called calls phoned texted texts rang dated dating killed kills kill saved saves rescued rescues
    faced faces eyed eyes studied studies invited invites promised promises informed informs advised
    convinced convinces persuaded persuades startled surprised surprises pleased annoyed cut heard
    teach remind warn beg thank forgive invite persuade convince slap punch tease interrupt greet
    obey obeys obeyed comfort comforts comforted protect protects protected
    poked pokes prodded prods patted pats tugged tugs kicked kicks cornered corners cuddled cuddles
    embraced embraces squeezed squeezes tickled tickles smacked smacks swatted swats tapped taps
    thumped thumps jostled jostles steadied steadies noticed notices spotted spots tackled tackles
    soothed soothes scratched scratches cradled cradles shushes shoving pushing pulling
    hears hugging kissing telling asking watching helping following meeting marrying joining handing
    giving teaching ignoring facing calling
""")
# … and what one does to, at, with or towards somebody.
FACING = word_set("""
    said says spoke speaks talk talked talks talking speaking whispered whispers murmured muttered
    turned turns turning nodded nods nodding smiled smiles smiling grinned grins grinning looked
    looks looking glanced glances glancing stared stares staring glared glares glaring gazed gazes
    gazing frowned frowns laughed laughs laughing shouted shouts shouting yelled yells yelling
    screamed screams winked winks waved waves waving bowed bows pointed points pointing gestured
    snapped snarled called wrote writes writing smirked smirks scowled listened listening belonged
    belongs happened happens apologised apologized explained explains lied sat stood danced argued
    argues fought married engaged agreed agrees angry apology blinked blinks squinted peered peers
    beamed beams hissed smirking glower glowered rolled
""")
# What one does to get to a place, and what leads there …
GOING = word_set("""
    went go goes going gone come comes came coming back return returned returns returning drove
    drive drives driving sailed sail sailing travelled traveled travel travelling traveling moved
    move moving arrived fly flew flying flight trip journey way road train bus boat ship voyage ride
    path bound headed heading march marched emigrated sent taken brought down up over out home west
    east north south ticket visit tour close next near route
""")
# … and what a place has.
PLACE_PARTS = word_set("""
    city town village streets street harbour harbor port island isle kingdom realm land lands planet
    moon county parish province state empire republic university bank banks coast shore shores
    outskirts suburbs suburb north south east west border borders ruins gates walls capital centre
    center heart skyline district people inhabitants citizens population bishop mayor governor
    ministry battle siege treaty feast church abbey bay gulf sea river forest mountains hills plains
    valley road side edge rest part
""")
# Kin, and what else only people have.
# What somebody may be said to be behind a comma: "Abe, the medic".
SOMEBODY = PERSON_NOUNS | word_set("""
    medic surgeon healer cook chef baker smith blacksmith farmer hunter merchant trader tailor
    innkeeper barkeep barman cashier janitor caretaker librarian secretary lawyer judge mayor
    sheriff deputy constable policeman policewoman fireman mechanic engineer technician scientist
    professor tutor coach captain sergeant lieutenant recruit apprentice squire page steward
    housekeeper cousin aunt uncle nephew niece grandmother grandfather grandson granddaughter twin
    boyfriend girlfriend fiancé fiancée roommate neighbor neighbour classmate colleague partner
    assistant leader owner host hostess musician singer bard actor painter writer local native
    newcomer
""")
RELATIVES = word_set("""
    mother father mom mum dad mama papa parents parent sister brother sisters brothers son daughter
    sons daughters wife husband aunt uncle cousin nephew niece grandmother grandfather grandson
    granddaughter friend friends best boyfriend girlfriend lover fiancé fiancée twin family boss
    name birthday surprise relief horror delight death life job bed bedroom room desk chair phone
    office apartment house car horse coat hat jacket shirt dress bag bottle cup plate wand sword gun
    blade ship words question idea plan fault turn side place attention anger temper patience
    thoughts thought feelings feeling memory memories dream dreams arrival presence absence company
    movements way own
""")
# What comes over people and places without an article: "Dread built in him" …
MOODS = word_set("""
    adrenaline agony air amusement anguish appetite applause arousal ash autumn awe bile blame blood
    boredom breakfast breath business calm candle chaos chatter class cloth clothes cloud coffee
    cold comfort comprehension confusion contempt courage crowd curiosity dark dawn daybreak
    daylight debris defeat delight desire despair dew dinner dirt disbelief disgust doom doubt dread
    dusk dust earth ecstasy electricity embarrassment energy envy euphoria evil fate fatigue flame
    flesh food frost frustration fury glass glee gold gossip grass gravel gravity grief grit guilt
    gunfire hail half happiness hate hatred heartbreak history horror humiliation humour hunger hurt
    hysteria ice inspiration instinct iron jealousy laughter lava law leather life logic luck lunch
    lust magic malice mass melancholy metal midnight mist moonlight mud murder music nature nausea
    news nostalgia paint panic paper passion pity plaster pleasure poison practice pressure pride
    progress rage rain reality reason regret relief remorse rest rumor rumour rust sadness salt sand
    school scripture sea shame shock shyness sickness sky sleep smoke snow sorrow spit static steam
    steel stone sugar supper surprise suspicion sweat sympathy tea teaching terror theory thirst
    thought thunder time traffic training triumph trouble trust unease venom vertigo vomit war
    warmth water wax weather wind wine wisdom wonder wood work worry wrath yearning youth
""")
# … and what they do.
MOODING = word_set("""
    ached appeared became billowed bloomed blossomed blurred boomed broke built burned burnt burst
    came changed clanged clattered clawed clenched clinked clouded clung coated consumed continued
    coursed covered cracked crackled crashed crawled creaked crept curled dawned descended dissolved
    drifted dripped echoed ended engulfed enveloped erupted evaporated exploded faded fell felt
    filled flared flashed flew flickered flooded flowed fluttered gleamed glinted glowed gnawed
    gripped groaned hammered happened helped hissed hit hovered hung lapped lasted lay lingered lit
    loomed made mattered meant occurred overcame overtook overwhelmed passed pooled pounded poured
    prickled pulsed ran rang rattled reigned remained resumed returned rose ruled rumbled rushed
    rustled seemed seeped settled shattered shone showed smelled smelt snapped sounded sparked split
    spread started stood streamed stretched struck stung surged swallowed swept swirled tasted
    throbbed thudded ticked tightened tingled trickled turned twisted vanished washed went worked
""")
# A word that makes the next one a thing or one of many: "the Finalizer", "a Sith".
ARTICLES = word_set("a an this that these those every some no another each any many few several")
IN_PLACES = word_set("in at on onto into near across through toward towards aboard via outside")
WITHIN_PLACES = word_set("in into aboard via outside")
CONNECTORS = (
    "de",
    "von",
    "van",
    "der",
    "den",
    "al",
    "la",
    "le",
    "du",
    "di",
    "da",
    "del",
    "della",
    "bin",
    "ibn",
    "ter",
    "zu",
    "el",
    "ap",
    "af",
    "av",
    "dos",
)
# Titles that belong to the name where it has no other part: "Mrs. Hudson".
KEPT_TITLES = word_set("mr mrs ms miss mx dr lady lord sir dame aunt uncle madame madam professor")
MALE = word_set("mr sir lord uncle king prince")
FEMALE = word_set("mrs ms miss lady dame aunt madame madam queen princess")
# Names that are words, besides those an author also uses as words: who bears them …
BORNE_WORDS = word_set("""
    will may april june grace hope faith joy rose lily daisy ivy pearl ruby amber jade crystal iris
    violet hazel holly olive ginger wren raven rowan sage ash basil bill mark frank rob pat sue drew
    miles rich chance hunter mason guy art chase clay cliff dale dean glen grant lance pierce reed
    skip ward wolf patience prudence constance charity mercy honor honour justice destiny harmony
    melody brook ray angel christian king prince duke earl baron pope major gene norm peg sandy stew
    van wally
""")
# … of which these have an article where they are no name: "Rose fell off her ladder" …
COUNTED_WORDS = word_set("""
    rose lily daisy pearl ruby violet hazel wren raven rowan bill mark frank rob pat drew miles
    hunter mason guy dean grant pierce gene norm peg van wally dale glen cliff lance june april
""")
# … and what opens sentences about the weather or the mood as often.
WORD_NAMES = BORNE_WORDS | word_set("""
    summer autumn rain dawn eve star sky storm river wind snow thunder lightning silence darkness
    light water blood tears smoke fog dust fire time music people shadows footsteps laughter voices
    panic pain fear anger rage relief sleep sunlight moonlight dusk heat cold sweat death life fate
    magic power war peace truth history
""")
