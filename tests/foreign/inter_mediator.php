<?php
// INTER-Mediator's published MyNumberCardAdapter, as it lies in its own source folder, against a sandbox on this machine.
// Usage: php inter_mediator.php ISSUER SOURCE AUTOLOAD
//   SOURCE    a checkout of INTER-Mediator (src/php/Auth/OAuth/MyNumberCardAdapter.php)
//   AUTOLOAD  a file that loads web-token/jwt-library, such as SOURCE/vendor/autoload.php after `composer install`
// Its code stays as it is. In place of its database there is an array, and it is pointed at the sandbox's addresses in place of
// the public service's: both are what an installation of it configures.

namespace INTERMediator\DB {
    class Handler
    {
        private static array $kept = [];

        public function authSupportStoreChallenge($uid, $challenge, $client, $prefix = '', $always = false): void
        {
            self::$kept["$uid $client $prefix"][] = $challenge;
        }

        public function authSupportRetrieveChallenge($uid, $client, $delete = true, $prefix = '', $multiple = false): ?array
        {
            return array_reverse(self::$kept["$uid $client $prefix"] ?? []) ?: null;
        }
    }

    class Proxy
    {
        public object $authDbClass;

        public function __construct($testing = false)
        {
            $this->authDbClass = (object)['authHandler' => new Handler()];
        }

        public function initialize(...$ignored): bool
        {
            return true;
        }
    }
}

namespace {
    use INTERMediator\Auth\OAuth\ProviderAdapter;

    ini_set('display_errors', 'stderr');
    [, $issuer, $source, $autoload] = $argv;
    require $autoload;
    spl_autoload_register(function ($class) use ($source) {
        $file = $source . '/src/php/' . strtr(substr($class, strlen('INTERMediator\\')), '\\', '/') . '.php';
        if (str_starts_with($class, 'INTERMediator\\') && is_file($file)) {
            require $file;
        }
    });

    function base64url(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    function visit(string $url): string
    {
        echo json_encode(['visit' => $url, 'does' => 'authenticate']), "\n";
        return trim(fgets(STDIN));
    }

    function register(string $issuer, array $metadata): array
    {
        $session = curl_init("$issuer/clients-registrations/openid-connect");
        curl_setopt_array($session, [
            CURLOPT_RETURNTRANSFER => true, CURLOPT_POSTFIELDS => json_encode($metadata),
            CURLOPT_HTTPHEADER => ['content-type: application/json'],
        ]);
        $answer = curl_exec($session);
        if (curl_getinfo($session, CURLINFO_HTTP_CODE) !== 201) {
            throw new Exception("registration: $answer");
        }
        return json_decode($answer, true);
    }

    $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_RSA, 'private_key_bits' => 2048]);
    $keyFile = tempnam(sys_get_temp_dir(), 'key');
    openssl_pkey_export_to_file($key, $keyFile);
    $rsa = openssl_pkey_get_details($key)['rsa'];
    $home = 'http://inter-mediator.localhost:' . parse_url($issuer, PHP_URL_PORT);
    $registered = register($issuer, [
        'client_name' => 'INTER-Mediator',
        'redirect_uris' => ["$home/callback"],
        'jwks' => ['keys' => [['kty' => 'RSA', 'n' => base64url($rsa['n']), 'e' => base64url($rsa['e'])]]],
        'scope' => 'openid name address birthdate gender',
        'token_endpoint_auth_signing_alg' => 'RS256',
        'compat' => true,
    ]);

    $adapter = ProviderAdapter::createAdapter('mynumbercard-sandbox');
    $protocol = "$issuer/protocol/openid-connect";
    foreach (['baseURL' => "$protocol/auth", 'getTokenURL' => "$protocol/token", 'getInfoURL' => "$protocol/userinfo",
              'issuer' => $issuer, 'jwksURL' => "$protocol/certs"] as $name => $value) {
        (new ReflectionProperty(ProviderAdapter::class, $name))->setValue($adapter, $value);
    }
    $adapter->setClientId($registered['client_id']);
    $adapter->setRedirectURL("$home/callback");
    $adapter->setKeyFilePath($keyFile);
    $_SERVER['HTTP_REFERER'] = "$home/";
    try {
        if (!$adapter->validate()) {
            throw new Exception('the adapter finds its own settings incomplete');
        }
        parse_str(parse_url(visit($adapter->getAuthRequestURL()), PHP_URL_QUERY), $_GET);
        echo json_encode(['done' => $adapter->getUserInfo()]), "\n";
    } finally {
        unlink($keyFile);
    }
}
