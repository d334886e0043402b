/** Which texts are not English, by the small words that every sentence needs. */

const set = (words: string) => new Set(words.split(/\s+/).filter(Boolean));

/** Small words of Portuguese, Spanish, French, Italian, German, Dutch, Polish, Turkish and the Nordic languages. */
const foreign =
  set(`um uma uns minha meu meus minhas nossa nosso para com sem que não crie criar quero preciso aplicativo loja e os das dos seu sua
  una unos unas el los las mi mis nuestra nuestro crea crear haz quiero necesito aplicación aplicacion tienda y del por sus cada con
  une des les mon ma mes notre nos pour avec sans qui créer creer crée créez je veux voudrais besoin et du sur application-de chaque
  il gli della delle dei mio mia nostro nostra per ogni voglio crea-un creare
  ein eine einen einem einer mein meine meinen meinem meiner unser unsere für mit ohne und der das den dem erstelle erstellen baue bauen ich möchte brauche zum zur
  een mijn onze voor met zonder maak ik wil het en van
  dla moja mojego moje mój stwórz chcę oraz się na
  bir benim için ile ve oluştur istiyorum
  bitte mich dich dir mir uns euch ist nicht auf bis wir kannst können könntest morgen heute an
  por favor mañana hoy puedes está este esta
  vous nous est dans demain aujourd'hui peux pouvez plaît cette faire
  favore domani oggi puoi sono questa questo
  amanhã hoje pode você está preciso
  graag morgen vandaag niet kun voor
  ett min mitt vår för och skapa jag vill att og lag til vores minun ja luo`);

const english =
  set(`a an the for my our and with to of i we want need create build make track manage keep each every has have that in on is are
  system list lists when who it they their or by from can should app store store's shop name names date`);

/** True when the text is mostly in another language. */
export function isForeign(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters > 3 && latin * 2 < letters) return true;
  const words =
    text
      .slice(0, 2_000)
      .toLowerCase()
      .match(/[\p{L}']+/gu) ?? [];
  const others = words.filter((word) => foreign.has(word) && !english.has(word)).length;
  const ours = words.filter((word) => english.has(word)).length;
  return others > 1 && others > ours && others * 8 >= words.length;
}
