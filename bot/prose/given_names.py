"""Given names that are common in stories, in a few languages.

A name of these is more likely a person's than a place's; a name that is none
of these may be anybody's. Names that are rather places (Paris, Georgia, Sydney)
or words (Hope, Will) are left out.
"""

from bot.prose.english import word_set

GIVEN_NAMES = word_set("""
    aaliyah aaron abby abdul abel abigail abraham ada adam addie adela adelaide adele aditya adrian
    adriana adriel agatha agnes ahmed aidan aiden aileen ainsley aisha akash akira al alan alana
    alaric alastair albert alberto albus alden alec alejandra alejandro aleksander alessandra
    alessandro alessia alex alexander alexandra alexei alexis alfie alfonse alfonso alfred ali
    alice alicia alina alison alistair allan allen allison alma althea alvaro alvin alyssa amalia
    amanda amara ambrose amelia amelie amina amir amos amy ana anabel anastasia anaïs anders andrea
    andreas andrei andreia andrew andré andy angela angelica angelo angus anika anita anjali ann
    anna annabel annalise anne annette annie annika ansel anselm anthony antoine anton antonia
    antonio antony anwar anya april arabella archie aria ariana arianna ariel arjun arlo armand
    armando arnav arnold arthur arturo arun arvid arya asha asher ashley ashton astrid atticus
    aubrey audra audrey august augustine augustus aurelia aurora ava avery axel ayaan ayla ayumi
    aziz azra bailey barbara barnaby barney barry bart basil bastian bastien beatrice beatrix
    beatriz beau becca becky belinda bella ben benedict benito benjamin benji benjy bernadette
    bernard bernardo bert bertha bess beth betsy bettina betty beverly bianca billy birgit bjorn
    blake blanche boaz bob bobby bogdan bonnie boris brad bram brandon brandt braxton brenda
    brendan brennan brent brett bria brian bridget bridie brielle briony brock brody brooke bruce
    bruna bruno bryan bryce bryony byron caitlin caius caleb calista callie callum calvin camden
    cameron camila camilla camille candice cara carl carla carlos carmela carmen carmine carol
    caroline carolyn carrie carson carter carys casey caspar casper caspian cassandra cassie
    cassius catalina catherine cathy cecil cecilia cecily cedric celeste celia celina celine cesar
    chad chandra charles charlie charlotte chaya chen cheryl chiara chidi chika chiyo chloe chloé
    chris christina christine christopher chuck ciara cillian cindy claire clara clarence claribel
    clarissa claude claudia claudio clayton clement clementina clementine cleo clifford clint clive
    clyde cléo cody colby colette colin colleen conan connie connor conrad consuelo cooper cora
    coraline corbin cordelia corey corin corinne cornelius cosette cosima cosmo craig cristina
    cristobal curtis cynthia cyril cyrus dafydd dahlia daisuke dakota damian damien damon dan dana
    daniel daniela danielle danny daphne daphné daria dario darius darlene darren dave david davina
    davy dawn daxton deacon dean deanna deborah declan deepak deirdre delia delilah della delphine
    demetrius demi denis denise dennis denny derek desdemona desiree desmond devin devon dexter
    dhruv diana diane dick diego dimitri dina dinah dirk djamila dmitri dolores dominic dominika
    don donald donna donovan dora doreen dorian doris dorothea dorothy doug douglas draco drake
    duarte dulcie duncan dunstan dustin dwight dylan earl easton ed eddie edgar edgardo edie edith
    edmund edna edward edwin efrem eileen eilidh eirik ekaterina elaine elara eldon eleanor
    eleanora elena eleni eli elias elif elijah elina elinor elio eliot elisa elise eliza elizabeth
    ella ellen ellie elliot elliott elodie eloise elowen elsa elsie elspeth elwood emeka emerson
    emiko emil emile emilia emilio emily emine emma emmanuel emmeline emmett emrys engelbert enid
    enrico enrique enzo ephraim eric erica erich erik erika erin ernest ernestine ernesto ernst
    esme esteban estelle ester esther ethan ethel etienne euan eugene eugenia eva evan evander
    evangeline eve evelyn evie ewan ezra fabian fabio fabrizio fadi faisal fallon farah farid
    fatima fatma faustino faye federico felicia felicity felipe felix ferdinand fergus fern
    fernanda fernando filip finley finn finnegan finnian fiona fionn flavia flavio fleur flora
    florian floyd forrest frances francesca francesco francis francisco frankie franklin franz fred
    freda freddie frederic frederica frederick fredrik freya frieda friedrich fritz fumiko gabe
    gabriel gabriella galina gareth garret garrett gary gaspard gaston gavin gaël gemma genevieve
    geoffrey george georgette georgie georgina gerald geraldine gerard gerhard germaine gertie
    gertrude gianna gideon gil gilbert gilda giles gillian gina ginevra giorgio giovanni gisele
    giulia giuseppe gladys glen glenda gloria godfrey goran gordon graham grayson greer greg
    gregory greta gretchen gretel griffin grigori guido guillermo guinevere gunnar gunther gus
    gustav gwen gwendolen gwendolyn gwyneth hadley hadrian haley halle hamid hamish hamza han hana
    hanako hank hannah hans hari harlan harold harper harriet harris harrison harry haruka haruki
    haruto harvey hassan hattie hazel heath heather hector heidi heike helen helena helga hendrik
    henrietta henriette henrik henry herbert herman hermann hermia hermione hester hideo hikaru
    hilary hilda hiro hiroshi hollis holly homer honora horace horatio hortense hosea howard howell
    hubert hubertus huck hugh hugo humphrey hyun ian ibrahim ibrahima ichiro ida idris ignatius
    igor ike ilona ilse ilya imani imogen imran indira indra ines inez inga ingeborg ingmar ingrid
    inigo inès ioana iona ira irene irina iris irving isaac isabel isabella isadora isadore isaiah
    isak isamu ishaan ishmael isidora isla ismail isolde itzel iva ivan ivana ivor ivy izzy jack
    jackie jackson jacob jacqueline jacques jaden jaime jake jakob jamal james jamie jamila jan
    jane janek janelle janet janice janine jared jasmin jasmine jason jasper javier jax jay jayden
    jean jeanne jed jeff jeffrey jelena jemima jemma jen jenna jennifer jenny jeremiah jeremias
    jeremy jericha jerome jerry jerzy jess jesse jessica jethro jiang jill jim jimmy jin jing joan
    joanna joaquin jocelyn jodie joe joel joelle johan johann johanna john johnny jolene jon jonah
    jonas jonathan jordana jorge jose josef josefa josefina joseph josephine josephus josh joshua
    josiah josie jourdain joyce juan juanita judd jude judith judy julia julian juliana julie
    juliet juliette julio julius jun june jung junichi juno justin justina justine justus jutta
    kadir kael kaelen kai kaia kaito kaleb kamal kamila kamran kane kaori karen karim karima karin
    karina karl karla kasia kat katarina kate katerina kateryna katharina katherina katherine
    kathleen kathryn kathy katie katja katniss katrina katsuki kay kayden kaye kayla kazuki kazuo
    keiko keir keira keith kelly kelsey kelvin ken kenda kenji kenna kenneth kenny kerry kevin
    khaled khalid kian kiera kieran kiki killian kim kimberly kimiko kira kirk kirsten kirsty kit
    kiyoshi klara klaus knox kofi koji konrad konstantin kostya krista kristen kristin kristina
    kristoff kumar kurt kyle kylie kyra lachlan laila lakshmi lamar lana lance landon lara larissa
    larry lars laszlo laura lauren laurence laurie lavinia lawrence layla lazarus lea leah leander
    leandra leanne leda lee leif leila leilani leland lena lenny lenore leo leon leona leonard
    leonardo leonid leonie leonora leopold leopoldo leroy leslie lester leta leticia lettie levi
    levin lewis lex lexi leyla li liam lida lidia liesl lila lilian liliana lilith lillian lillie
    lina linda linden lindsay linh linnea linus lionel lior lisa livia liz liza lizzie lloyd logan
    lois lola lorelei loren lorena lorenzo loretta lorna lottie lou louis louisa louise lourenço
    luana luca lucas lucia lucian luciano lucie lucien lucile lucille lucinda lucius lucy ludovic
    ludwig luigi luis luisa luka lukas luke lulu luna lydia lyle lynn lyra lysander mabel mabelle
    macy maddie madeleine madeline madge maeve magda maggie magnus mahmoud maia maisie maja makoto
    malachi malcolm malik mallory mandy manfred manon manuel mara marcel marceline marcella
    marcellus marcelo marcia marco marcus margaret margareta margarita margery margherita margit
    margot marguerite maria mariam marian mariana marianne marie mariella marielle marika marilyn
    marina mario marion marisa marisol maritza marius marjorie marjory marlene marlon marnie marta
    martha martin martina marty marvin mary maryam masha massimo mateo mateus mathias mathilde
    matilda matt matteo matthew matthias matthieu mattie maud maude maura maureen maurice mavis max
    maximilian maximus maxine maxwell maya mayumi meera meg megan megumi mehmet mei mei-ling mel
    melanie melina melinda melissa melody melvin mercedes mercer meredith meryl mia micah michael
    michaela michel michelangelo michelle michiko mick mieko miguel mihail mika mikael mike mikhail
    mikhaila mila milan mildred milena milla millicent millie milly milo milton mina mindy minerva
    minnie mira mirabel miranda mireille miriam misaki misha mitchell mitsuki mohamed mohammad
    mohammed moira moishe molly mona monica mordecai morgan moritz morris mortimer moses muhammad
    muriel murray mustafa myra myron myrtle nadezhda nadia nadine nadir nadja nahla naima nalini
    nanami nancy naoki naoko naomi narcissa nasrin natalia natalie natasha nate nathan nathaniel
    natsuki nayeli nazim ned nefertiti neil nell nellie nelson nereida nettie neville nia niamh
    nicholas nick nico nicola nicolai nicolas nicole nicolette nicolás niels nieves nigel nikita
    nikki niklas niko nikola nikolai nils nina noah noel noelia noelle nolan noor nora norbert
    noreen noriko norma norman norris nour nuala nyla nyx octavia odette odile ofelia olaf oleg
    olga olive oliver olivia olivier ollie olympia omar omari oona ophelia ophélie oren oriel orion
    orla orpheus orson orville osamu osbert oscar osman oswald otis ottilie otto ottoline owen
    ozzie pablo padma paige palmer paloma pam pamela paolo parvati pascal pascale patience patricia
    patrick patsy patti paul paula paulina pauline pavel pax pearse pedro peggy penelope penny
    pepper percival percy perdita perla perry peter petra petros phil phileas philip philippa
    phillip philomena phineas phoebe phyllis pierre pippa pippin polly porter prakash priscilla
    priya prudence qasim quentin quincy quinn quinton rachel rafael rafe ragnar rahul raina raj
    rajesh ralph ramesh rami ramon ramona randall randolph randy rania raoul raphael raquel rashid
    raul ravi raymond rayna rebecca reece reese reggie regina reginald reiko reina remus remy
    renata rené reuben rex reyes rhea rhett rhiannon rhoda rhys ricarda ricardo richard rick ricky
    riku riley rin rina rita robert roberta roberto robin robyn rochelle roderick rodney rodrigo
    roger rohan roisin roland rolf romain roman romeo romy ron ronald ronan ronnie rory rosa
    rosalie rosalind rosalía rosamund rosanna rosario roscoe rosemary rosie roslyn ross rowan
    rowena roxana roxanne roxy roy ruben rudi rudolf rudy rufus rui rumi runa rupert ruslan russell
    rutger ruth ryan ryder ryo ryoko ryu saad sabina sabrina sadia sadie saffron saito sakura salim
    sally salma salome salvador sam samantha samir samuel sanae sandeep sandor sandra sandro
    sanjana sanjay santiago santino saoirse sara sarah sarai sasha saskia satoshi saul savannah
    sawyer sayuri scarlett scott seamus sean seb sebastian selena selina selma senna sera seraphina
    serena sergei sergio seth severin severus seymour shaheen shan shane shanice shannon sharif
    sharon shaun shaw shay sheila shelby sheldon sherlock shinji shirley shiro shiv shoko shreya
    sibyl sid sidney siegfried siegmund sienna signe sigrid silas silvia simeon simon simona simone
    sinclair sinead siobhan sirius sixtus skye skylar sofia sofie solange solomon sonia sonja
    sophia sophie sophronia soren spencer stacy stan stanley stefan stefania stefano stella stellan
    stephanie stephen sterling steve steven stewart stuart sukey sumiko sunil suresh susan susanna
    susie suzanne sven svend svetlana sybil sylvain sylvester sylvia sylvie søren tabitha tabor
    tadashi tadeo taika takashi takeshi takumi talia tallulah tam tamar tamara tammy tancredi tania
    tanner tara tariq tarquin tasha tatiana tatsuya tatum taylor teague ted teddy tekla tenzin
    terence teresa terrence terry tess tessa tessie thaddeus thandi thea thelma theo theodor
    theodora theodore theodoros theresa theron thierry thomas thora thorin thorsten thérèse tibor
    tiffany tilda tilly tim timon timothy timur tina titania titus tobiah tobias toby todd tom
    tomas tomasz tommy tomoko toni tony tor torsten toshiro tove tracy travis trent trevor trinity
    tristan tristram trixie trudy tycho tyler tyrell tyrion tyrone uchenna ulf ulla ulrich ulysses
    uma umar umberto una uriah uriel ursula uta vadim valentin valentina valentine valeria valerie
    valeriy vance vanessa vanya varya vasilisa vasily vaughn vera vernon veronica vesper vicente
    vicky victoire victor vida vidya viggo vijay vikki vikram viktor viktoria vilhelm villanelle
    vincent vinnie viola violet violetta violette virgil virgilio vito vivek vivian viviana vivien
    vivienne vlad vladimir volker vyacheslav wade waldo walid wallace wally walter walther wanda
    wanjiru warren warwick waseem waylon wei wendel wendell wendy werner wesley wilbur wilfred
    wilfrid wilhelm wilhelmina wilkie willa willem william willie willis willow wilma winifred
    winnie winona winston winthrop wolfgang woody wyatt xander xanthe xavi xavier xiaoming ximena
    xiomara yael yan yannick yara yasmin yasmine yasuko yevgeny ying yohan yoko yolanda yosef yoshi
    yoshiko yuki yukiko yuliya yumi yuna yuri yusef yusuf yuto yuval yvaine yves yvette yvonne zach
    zachary zack zadie zahra zain zainab zaira zander zane zara zaria zayn zeb zechariah zeke zelda
    zephyr zhen zita zoe zola zoltan zora zoran zoë zuleika zuri étienne
""")
