"""Latest four attributes (最新の利用者情報提供), current status (現況確認), and kept signatures."""
