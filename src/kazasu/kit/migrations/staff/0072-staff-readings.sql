-- How the name of somebody with a post is read: pages in English show it beside the name. Empty: nobody said it.
ALTER TABLE staff ADD COLUMN kana text NOT NULL DEFAULT '';
